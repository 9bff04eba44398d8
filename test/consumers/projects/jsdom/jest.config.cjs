module.exports = { testEnvironment: 'jsdom', testRegex: 'user\\.js$' };
