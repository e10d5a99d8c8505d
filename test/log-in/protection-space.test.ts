import { describe, expect, test } from '@jest/globals';
import { findSpace, isWithin } from '../../src/log-in/protection-space.ts';

describe('a protection space', () => {
  test.each([
    ['/garden/', '/garden/'],
    ['/garden/beds/1.html', '/garden/'],
    ['/garden/a%20b?x', '/garden/'],
    ['/garden/v1.2/..hidden/a...b', '/garden/'],
    ['/garden', '/garden'],
    ['/garden/x', '/garden'],
    ['/anything/../else', '/'],
  ])('has %s in %s [O25]', (path, space) => {
    expect(isWithin(path, space)).toBe(true);
  });

  test.each([
    ['/', '/garden/'],
    ['/garden', '/garden/'],
    ['/gardens/x', '/garden/'],
    ['/Garden/x', '/garden/'],
    ['//garden/x', '/garden/'],
    ['/x/garden/', '/garden/'],
    ['/garden2', '/garden'],
    ['/garden/../cellar', '/garden/'],
    ['/garden/..', '/garden/'],
    ['/garden/./x', '/garden/'],
    ['/garden/%2e%2e/cellar', '/garden/'],
    ['/garden/.%2E/cellar', '/garden/'],
    ['/garden/%252e%252e/cellar', '/garden/'],
    ['/garden/%25252e%25252e/cellar', '/garden/'],
    ['/garden/%2525252525252e/cellar', '/garden/'],
    ['/garden/..%2fcellar', '/garden/'],
    ['/garden/..%5ccellar', '/garden/'],
    ['/garden/..\\cellar', '/garden/'],
    ['/garden\\..\\cellar', '/garden'],
    ['/garden/x/..;a=b/cellar', '/garden/'],
    ['/garden/%2e%2e%00/cellar', '/garden/'],
    ['/garden/.. /cellar', '/garden/'],
    ['/garden/%20../cellar', '/garden/'],
    ['/garden/%ef%bc%8e%ef%bc%8e/cellar', '/garden/'],
    ['/garden/..%3fx', '/garden/'],
  ])('has not %s in %s [O25]', (path, space) => {
    expect(isWithin(path, space)).toBe(false);
  });
});

describe('the protection space of a path', () => {
  const found = async (path: string, ...challenged: string[]) => {
    const tried: string[] = [];
    const space = await findSpace(path, async (each) => {
      tried.push(each);
      return challenged.some((directory) => each.startsWith(directory));
    });
    return { space, tried: tried.map((each) => each.replace('rproxy-log-in', '*')) };
  };

  test.each([
    ['/', ['/'], '/', []],
    ['/admin/', ['/'], '/', ['/*']],
    ['/static/admin/a.css', ['/'], '/', ['/*']],
    ['/garden/', ['/garden/'], '/garden/', ['/*']],
    ['/garden/beds/1', ['/garden/'], '/garden/', ['/*', '/garden/*']],
    ['/garden/beds/1', ['/garden/beds/'], '/garden/beds/', ['/*', '/garden/*', '/garden/beds/*']],
    ['/docs/index.html', [], '/docs/', ['/*', '/docs/*']],
    ['/garden', [], '/garden', ['/*']],
    ['/wp-login.php', [], '/wp-login.php', ['/*']],
    ['/a/b/c/d/e/f', [], '/a/b/c/d/e/', ['/*', '/a/*', '/a/b/*', '/a/b/c/*']],
  ])('%s, where %j are challenged, is %s [O25]', async (path, challenged, space, tried) => {
    expect(await found(path, ...challenged)).toEqual({ space, tried });
  });
});
