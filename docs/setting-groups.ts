import type { SettingName } from '../src/config/settings.ts';

/** The groups of docs/settings.md, in its order. */
export const settingGroups = {
  backend: 'Backend',
  access: 'Access',
  limits: 'Limits',
  debugging: 'Debugging and metrics',
  pages: 'Pages',
  secrets: 'Secrets',
} as const;

/** The group of each setting: a new setting does not compile without one. */
export const groupOf: Readonly<Record<SettingName, keyof typeof settingGroups>> = {
  REMOTE_URL: 'backend',
  REMOTE_ADDRESS: 'backend',
  REMOTE_TLS: 'backend',
  REMOTE_CA: 'backend',
  REMOTE_CERT: 'backend',
  REMOTE_KEY: 'backend',
  HOST_HEADER: 'backend',
  PUBLIC_PATH: 'backend',
  VIA: 'backend',
  LENIENT_BACKEND: 'backend',
  NO_HEADERS: 'backend',
  REQUEST_HEADERS: 'backend',
  RESPONSE_HEADERS: 'backend',
  WAKE: 'backend',
  WAKE_SECRET: 'backend',
  WAKE_ON: 'backend',
  FILTERED_PATH: 'access',
  ALLOWED_CIDRS: 'access',
  ORIGIN_SECRET: 'access',
  ORIGIN_SECRET_PREVIOUS: 'access',
  TRUST_FORWARDED: 'access',
  CLIENT_IP_HEADER: 'access',
  MAINTENANCE: 'access',
  MAINTENANCE_ALLOW: 'access',
  REQUEST_TIMEOUT: 'limits',
  PAYLOAD_QUOTA: 'limits',
  DEBUG_QUERIES: 'debugging',
  DEBUG_KEY: 'debugging',
  METRICS: 'debugging',
  APP_NAME: 'pages',
  GENERAL_ERROR: 'pages',
  FILTERED_URL_MSG: 'pages',
  PAGE_CSS: 'pages',
  PAGE_LOGO: 'pages',
  SUPPORT_URL: 'pages',
  STATUS_URL: 'pages',
  SHOW_TARGET_LINK: 'pages',
  SECRET_ARN: 'secrets',
};

/** The settings that most sites need, which the README shows. */
export const commonSettings: readonly SettingName[] = [
  'REMOTE_URL',
  'REMOTE_TLS',
  'HOST_HEADER',
  'FILTERED_PATH',
  'ALLOWED_CIDRS',
  'ORIGIN_SECRET',
  'REQUEST_TIMEOUT',
  'DEBUG_KEY',
  'APP_NAME',
  'SECRET_ARN',
];
