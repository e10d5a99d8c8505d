/** A statement of an IAM policy. */
interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * IAM actions behind each call of the AWS CLI that deploy and undeploy make. Calls that need no permission have none.
 * Composed by hand from the names of AWS's actions, and not tried on AWS.
 */
export const actionsByCall: Readonly<Record<string, readonly string[]>> = {
  'sts get-caller-identity': [],
  'configure get': [],
  'cloudformation describe-stacks': ['cloudformation:DescribeStacks'],
  'cloudformation describe-stack-events': ['cloudformation:DescribeStackEvents'],
  'cloudformation list-stack-resources': ['cloudformation:ListStackResources'],
  'cloudformation create-change-set': ['cloudformation:CreateChangeSet', 'cloudformation:TagResource'],
  'cloudformation describe-change-set': ['cloudformation:DescribeChangeSet'],
  'cloudformation execute-change-set': ['cloudformation:ExecuteChangeSet'],
  'cloudformation delete-change-set': ['cloudformation:DeleteChangeSet'],
  'cloudformation delete-stack': ['cloudformation:DeleteStack'],
  's3api head-bucket': ['s3:ListBucket'],
  's3api list-objects-v2': ['s3:ListBucket'],
  's3api create-bucket': ['s3:CreateBucket'],
  's3api delete-bucket': ['s3:DeleteBucket'],
  's3api put-object': ['s3:PutObject'],
  's3api delete-object': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3api head-object': ['s3:GetObject', 's3:GetObjectVersion'],
  's3api list-object-versions': ['s3:ListBucketVersions'],
  's3api put-bucket-versioning': ['s3:PutBucketVersioning'],
  's3api get-bucket-versioning': ['s3:GetBucketVersioning'],
  's3api put-bucket-policy': ['s3:PutBucketPolicy'],
  's3api get-bucket-policy': ['s3:GetBucketPolicy'],
  'lambda-web get-web-account-settings': ['lambda:GetWebAccountSettings'],
  'lambda-web get-web-function': ['lambda:GetWebFunction'],
  'lambda-web get-web-function-endpoint': ['lambda:GetWebFunctionEndpoint'],
  'lambda-web wait': ['lambda:GetWebFunctionEndpoint'],
};

/** IAM actions that CloudFormation needs for each type of resource, with the credentials of the deployment. */
export const actionsByType: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': [
    ...['lambda:CreateFunction', 'lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:DeleteFunction'],
    ...['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:PutFunctionConcurrency'],
    ...['lambda:DeleteFunctionConcurrency', 'lambda:TagResource', 'lambda:UntagResource', 'lambda:ListTags'],
    ...['iam:PassRole', 's3:GetObject', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'],
  ],
  'AWS::Lambda::Url': [
    ...['lambda:CreateFunctionUrlConfig', 'lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'],
    'lambda:DeleteFunctionUrlConfig',
  ],
  'AWS::Lambda::Permission': ['lambda:AddPermission', 'lambda:RemovePermission', 'lambda:GetPolicy'],
  // Lambda reads the code of a Web Function with the rights of whoever deploys.
  'AWS::Lambda::WebFunction': [
    ...['lambda:CreateWebFunction', 'lambda:GetWebFunction', 'lambda:DeleteWebFunction', 'lambda:TagResource'],
    ...['lambda:UntagResource', 'lambda:ListTags'],
  ],
  'AWS::Lambda::WebFunctionRevision': [
    ...['lambda:CreateWebFunctionRevision', 'lambda:GetWebFunctionRevision', 'lambda:ListWebFunctionRevisions'],
    ...['lambda:DeleteWebFunctionRevision', 'iam:PassRole', 's3:GetObject', 's3:GetObjectVersion'],
    'lambda:PassNetworkConnector',
  ],
  'AWS::Lambda::WebFunctionEndpoint': [
    ...['lambda:CreateWebFunctionEndpoint', 'lambda:GetWebFunctionEndpoint', 'lambda:ListWebFunctionEndpoints'],
    ...['lambda:UpdateWebFunctionEndpoint', 'lambda:DeleteWebFunctionEndpoint'],
  ],
  'AWS::Lambda::NetworkConnector': [
    ...['lambda:CreateNetworkConnector', 'lambda:GetNetworkConnector', 'lambda:UpdateNetworkConnector'],
    ...['lambda:DeleteNetworkConnector', 'iam:PassRole'],
  ],
  'AWS::IAM::Role': [
    ...['iam:CreateRole', 'iam:GetRole', 'iam:UpdateRole', 'iam:DeleteRole', 'iam:TagRole', 'iam:UntagRole'],
    ...['iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:DeleteRolePolicy', 'iam:UpdateAssumeRolePolicy'],
    ...['iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:ListAttachedRolePolicies'],
    ...['iam:UpdateRoleDescription', 'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'],
  ],
  'AWS::Logs::LogGroup': [
    ...['logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:DescribeLogGroups', 'logs:PutRetentionPolicy'],
    ...['logs:DeleteRetentionPolicy', 'logs:TagResource', 'logs:UntagResource', 'logs:ListTagsForResource'],
    ...['logs:PutIndexPolicy', 'logs:DeleteIndexPolicy', 'logs:DescribeIndexPolicies'],
  ],
  'AWS::Logs::QueryDefinition': [
    'logs:PutQueryDefinition',
    'logs:DeleteQueryDefinition',
    'logs:DescribeQueryDefinitions',
  ],
  'AWS::Logs::MetricFilter': ['logs:PutMetricFilter', 'logs:DeleteMetricFilter', 'logs:DescribeMetricFilters'],
  'AWS::CloudWatch::Alarm': [
    ...['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:TagResource'],
    ...['cloudwatch:UntagResource', 'cloudwatch:ListTagsForResource'],
  ],
  'AWS::CloudWatch::Dashboard': [
    ...['cloudwatch:PutDashboard', 'cloudwatch:GetDashboard', 'cloudwatch:DeleteDashboards'],
  ],
  ...Object.fromEntries(
    ['Api', 'Integration', 'Route', 'Stage'].map((type) => [
      `AWS::ApiGatewayV2::${type}`,
      ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'TagResource'].map((action) => `apigateway:${action}`),
    ]),
  ),
  'AWS::CloudFront::Function': [
    ...['cloudfront:CreateFunction', 'cloudfront:DescribeFunction', 'cloudfront:GetFunction'],
    ...['cloudfront:UpdateFunction', 'cloudfront:PublishFunction', 'cloudfront:DeleteFunction'],
  ],
  'AWS::PricingPlanManager::Subscription': [
    ...['pricingplanmanager:CreateSubscription', 'pricingplanmanager:GetSubscription'],
    ...['pricingplanmanager:UpdateSubscription', 'pricingplanmanager:CancelSubscription'],
  ],
  'AWS::CloudFront::Distribution': [
    ...['cloudfront:CreateDistribution', 'cloudfront:GetDistribution', 'cloudfront:GetDistributionConfig'],
    ...['cloudfront:UpdateDistribution', 'cloudfront:DeleteDistribution', 'cloudfront:TagResource'],
    ...['cloudfront:UntagResource', 'cloudfront:ListTagsForResource', 'secretsmanager:GetSecretValue'],
  ],
};

/** Where the actions of a service apply, in a policy for the stack lambda-rproxy. Others have no resources to name. */
const resources: Readonly<Record<string, string | readonly string[]>> = {
  cloudformation: 'arn:aws:cloudformation:*:ACCOUNT:stack/lambda-rproxy/*',
  s3: ['arn:aws:s3:::lambda-rproxy-ACCOUNT-*', 'arn:aws:s3:::lambda-rproxy-ACCOUNT-*/*'],
  lambda: [
    'arn:aws:lambda:*:ACCOUNT:function:lambda-rproxy',
    'arn:aws:lambda:*:ACCOUNT:web-function/lambda-rproxy',
    'arn:aws:lambda:*:ACCOUNT:web-function/lambda-rproxy/*',
    'arn:aws:lambda:*:ACCOUNT:network-connector:*',
  ],
  iam: 'arn:aws:iam::ACCOUNT:role/lambda-rproxy-*',
  apigateway: 'arn:aws:apigateway:*::/*',
  secretsmanager: 'arn:aws:secretsmanager:*:ACCOUNT:secret:rproxy-*',
};

const all = [...Object.values(actionsByCall), ...Object.values(actionsByType)].flat();

/** Returns a statement for a service; PassRole has its own, because it is bound to Lambda. */
function statement(service: string): Statement {
  const Action = [...new Set(all)].filter((name) => name.startsWith(`${service}:`) && name !== 'iam:PassRole').sort();
  return { Sid: service, Effect: 'Allow', Action, Resource: resources[service] ?? '*' };
}

/** The policy that a user or a role needs to deploy and undeploy one stack. */
export const deployerPolicy: { readonly Version: string; readonly Statement: readonly Statement[] } = {
  Version: '2012-10-17',
  Statement: [
    ...[...new Set(all.map((name) => name.split(':')[0] ?? ''))].sort().map(statement),
    {
      Sid: 'passrole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: resources['iam'] ?? '*',
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
  ],
};
