// Builds the screen into target/classes/ui, where the jar takes it from; does nothing when no input has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function digest(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const file = join(root, path);
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) {
        add(`${path}/${name}`);
      }
    } else {
      hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
    }
  };
  paths.forEach(add);
  return hash.digest('hex');
}

function run(stamp, inputs, output, args) {
  const stampFile = join(root, stamp);
  const wanted = digest(inputs);
  if (existsSync(join(root, output)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    return;
  }
  console.log(`ui: npm ${args.join(' ')}`);
  const done = spawnSync(npm, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.error) {
    throw new Error(`npm could not be started (${done.error.message}): put Node 20.19 or newer with npm on the PATH`);
  }
  if (done.status !== 0) {
    throw new Error(`npm ${args.join(' ')} ended with status ${done.status}`);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  throw new Error(`Node ${process.versions.node} is too old to build the screen: it needs ${OLDEST_NODE.join('.')} or newer`);
}
run('node_modules/.belvedere-lock', ['package.json', 'package-lock.json'], 'node_modules', ['ci', '--no-audit', '--no-fund']);
run(
  'target/screen.stamp',
  ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'index.html', 'src', 'public'],
  'target/classes/ui/index.html',
  ['run', 'build'],
);
