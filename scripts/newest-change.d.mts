export function newestChange(root: string, patterns: readonly string[]): number;
