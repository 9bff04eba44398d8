export { counterAt } from 'lockstep-mfa';
