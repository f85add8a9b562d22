/** The folder of the script that runs, in `$here`. */
export const HERE: string = `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`;
