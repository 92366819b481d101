// The tables of docs/performance.md, each between two marks that name it.
import { readFile, writeFile } from "node:fs/promises";
import { codecsTable } from "./codecs.mjs";
import { median } from "./results.mjs";
import { Servers } from "./servers.mjs";
import { Cpu, Tables, Workloads } from "./workloads.mjs";

const Page = "docs/performance.md";

const figuresOf = (workload) => Workloads[workload].figures ?? [Cpu];
const number = (value) => (value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(value < 1 ? 3 : 2));
const cell = (values) => {
  if (!values.length) return "–";
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map(number);
  return least === most ? middle : `${middle} (${least}–${most})`;
};
const row = (cells) => `| ${cells.join(" | ")} |`;
const ratio = (values, others) => (values.length && others.length ? median(values) / median(others) : undefined);

/** The target, and whether our server meets it. */
function verdict(results, name) {
  const { target } = Workloads[name];
  if (!target) return "";
  const figure = target.figure ?? figuresOf(name)[0];
  const ours = results.values(name, "ours", figure.key);
  const judge = (value) => (value === undefined ? "not measured" : value <= (target.most ?? target.times) ? "met" : "**missed**");
  if (target.most) {
    const plain = `${target.most.toLocaleString("en")}: ${judge(ours.length ? median(ours) : undefined)}`;
    if (!target.there) return plain;
    const [peer, took] = target.there;
    const share = target.most / took;
    const here = ratio(ours, results.values(name, peer, figure.key));
    if (here === undefined) return plain;
    return `${plain}; ${share.toFixed(2)} × ${Servers[peer].title} there, ${here.toFixed(2)} here: ${here <= share ? "met" : "**missed**"}`;
  }
  const others = results.values(target.workload ?? name, target.server ?? "ours", figure.key);
  const times = ratio(ours, others);
  const of = target.server ? Servers[target.server].title : Workloads[target.workload].title;
  return `${target.times} × ${of}${times === undefined ? "" : ` (${times.toFixed(2)})`}: ${judge(times)}`;
}

function sideBySide(results, { rows, servers, ratios = [] }) {
  const short = { ours: "ours", builtin: "built in", counted: "counted", tcp: "TCP", uws: "uWebSockets", bun: "Bun", node: "Node" };
  const heads = ["workload", ...servers.map((server) => Servers[server].title), "target for ours", ...ratios.map(([a, b]) => `${short[a]} : ${short[b]}`)];
  const lines = [row(heads), row(heads.map(() => "---"))];
  for (const name of rows) {
    const [{ key }] = figuresOf(name);
    const values = (server) => results.values(name, server, key);
    const shares = ratios.map(([a, b]) => ratio(values(a), values(b))?.toFixed(2) ?? "–");
    lines.push(row([Workloads[name].title, ...servers.map((server) => cell(values(server))), verdict(results, name), ...shares]));
  }
  return lines.join("\n");
}

function figureByFigure(results, { rows, servers, figures }) {
  const columns = figures ?? figuresOf(rows[0]);
  const heads = ["", ...columns.map(({ title }) => title), "target"];
  const lines = [row(heads), row(heads.map(() => "---"))];
  for (const name of rows) {
    for (const server of servers.filter((each) => Workloads[name].servers.includes(each))) {
      const title = servers.length > 1 ? `${Workloads[name].title}: ${Servers[server].title}` : Workloads[name].title;
      const cells = columns.map(({ key }) => cell(results.values(name, server, key)));
      // A row that is here only for comparison has its target in its own table.
      const judged = server === "ours" && (name === rows[0] ? !Tables.operations.rows.includes(name) : true);
      lines.push(row([title, ...cells, judged ? verdict(results, name) : ""]));
    }
  }
  return lines.join("\n");
}

export function table(results, name) {
  const shape = Tables[name];
  const several = shape.figures || shape.rows.some((each) => figuresOf(each).length > 1);
  return several ? figureByFigure(results, shape) : sideBySide(results, shape);
}

/** Puts `text` between the marks of `name`; a page without them stays as it is. */
async function put(name, text) {
  const page = await readFile(Page, "utf8");
  const begin = `<!-- bench/run: ${name} -->`;
  const end = `<!-- bench/run: end of ${name} -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${Page} has no marks for ${name}`);
  await writeFile(Page, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}

export async function writePage(results, codecs, machine) {
  await put("machine", machine);
  await put("codecs", codecsTable(codecs));
  for (const name of Object.keys(Tables)) await put(name, table(results, name));
}
