/** A stack of `n` resources in `files` files, shaped like a real one. */
export function bigStack(n: number, files: number): Record<string, string> {
  const texts: Record<string, string> = {};
  const perFile = Math.ceil(n / files / 6);
  for (let file = 0; file < files; file += 1) {
    let groups = 'groups:\n';
    let apps = 'apps:\n';
    for (let index = 0; index < perFile; index += 1) {
      const key = `g${file}-${index}`;
      groups += `  ${key}:\n    region: "\${var.region}"\n    provider: AWS\n    firewallRanges: [203.0.113.0/24, 198.51.100.7/32]\n    updateWindow: { day: 0, hour: 3 }\n    adminPassword: { fromEnv: PW }\n`;
      for (let app = 0; app < 5; app += 1) {
        apps += `  ${key}-a${app}:\n    group: ${key}\n    size: S-2\n    replicas: 3\n    suspended: false\n    settings: { limit: 10, label: "\${groups.${key}.endpoint}" }\n`;
      }
    }
    texts[`f${file}.yaml`] = groups + apps;
  }
  return { 'trueup.yaml': 'stack: big\nvariables: { region: { default: us-east-1 } }\n', ...texts };
}
