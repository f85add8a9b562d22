/** What `berth --help` prints. */
export function mainUsage(version: string): string {
  return `Berth ${version}: plans several LLMs on the GPUs that you have, and writes what the launchers take.

USAGE  berth COMMAND [ARGUMENTS]

COMMANDS

  inventory   what the hosts have, from what nvidia-smi prints
  estimate    what one model in one configuration needs, term by term
  plan        who goes where: a fleet file to a plan
  diff        in what two plans differ
  explain     every number of a plan: its law, the values put in, its source
  render      a plan to the files that the launchers take
  capacity    how many requests a plan serves, how fast, and where that ends
  whatif      what other cards or rates would change, and which card to buy first
  check       does a plan still hold on today's machines?
  launch      start a plan on this host, one engine after another
  status      what runs of it
  stop        end it
  watch       what its cards and engines hold, with alarms near its limits
  verify      planned against measured: from logs, nvidia-smi and metrics
  calibrate   verified runs to corrections that later plans use
  serve       the web planner, on this machine
  catalog     the GPUs, models and engines that are known
  doctor      what of Berth's surroundings is here, and what that means
  completion  a script for your shell

  berth COMMAND --help says more. --json prints one JSON document on stdout; all else goes to stderr.

EXIT CODES

  0  done
  1  the answer is no: nothing fits
  2  bad usage or bad input
  3  a tool that Berth drives failed
`;
}
