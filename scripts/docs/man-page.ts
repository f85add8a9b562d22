import type { Command } from "../../packages/cli/src/args/command.ts";

/** What each exit code means, as contract.md has it. */
const EXITS = [
  ["0", "done"],
  ["1", "the answer is no: nothing fits, a verification failed, the plan no longer holds"],
  [
    "2",
    "bad usage or bad input: one sentence names the file, the key, what was expected and what came",
  ],
  ["3", "a tool or a server that Berth drives failed"],
] as const;

/** The man page berth(1), in mdoc, from what the commands say of themselves. */
export function manPage(commands: readonly Command[], version: string): string {
  return `.\\" Written by scripts/docs/man-page.ts from the commands' own descriptions.
.Dd $Mdocdate$
.Dt BERTH 1
.Os Berth ${version}
.Sh NAME
.Nm berth
.Nd plans several LLMs on the GPUs that you have, and writes what the launchers take
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar arguments
.Sh DESCRIPTION
.Nm
reads what
.Xr nvidia-smi 1
prints, counts weights, activations, buffers and KV cache of each model on each card, places all models in one solve, and writes what TensorRT-LLM,
Triton, vLLM, SGLang, llama.cpp and what runs them take.
With
.Fl -json
a command prints one JSON document on standard output; all else goes to standard error.
.Sh COMMANDS
${commands.map(commandSection).join("")}.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev HF_TOKEN , HF_ENDPOINT , HF_HUB_OFFLINE
how the Hugging Face Hub is asked, and whether
.It Ev NO_COLOR
no colours
.It Ev XDG_STATE_HOME
where
.Cm berth launch
keeps what it started, instead of
.Pa ~/.local/state
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
${EXITS.map(([code, means]) => `.It ${code}\n${means}\n`).join("")}.El
`;
}

function commandSection({ meta, args, examples }: Command): string {
  const entries = Object.entries(args);
  const positionals = entries.filter(([, { type }]) => type === "positional");
  const flags = entries.filter(([, { type }]) => type !== "positional");
  const names = positionals.map(([name, { required }]) =>
    required === false ? `[${name.toUpperCase()}]` : name.toUpperCase(),
  );
  const items = [
    ...positionals.map(([name, { description }]) => [`Ar ${name.toUpperCase()}`, description]),
    ...flags.map(([name, def]) => [
      `Fl -${name}${"valueHint" in def && def.valueHint !== undefined ? ` Ns = Ns Ar ${safe(def.valueHint)}` : ""}`,
      def.description,
    ]),
  ];
  return `.Ss ${["berth", meta.name, ...names].join(" ")}
${text(`${meta.description}.`)}
.Bl -tag -width Ds
${items.map(([head, description]) => `.It ${head}\n${text(description ?? "")}\n`).join("")}.El
.Pp
.Bd -literal -offset indent -compact
${examples.map(escaped).join("\n")}
.Ed
`;
}

/** A line that starts with a dot or a quote would be a command. */
function text(words: string): string {
  return escaped(words).replace(/^(?=[.'])/, "\\&");
}

function escaped(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

/** What stands in an argument of a macro: blanks and quotes end one. */
function safe(hint: string): string {
  return escaped(hint).replaceAll(" ", "\\ ");
}
