module.exports = { testEnvironment: 'node', testRegex: 'user\\.js$' };
