#include "archive/flask/ImportCommand.h"

#include <Poco/NumberParser.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "archive/backup/NewFile.h"
#include "archive/flask/FlaskDate.h"
#include "archive/flask/FlaskImport.h"
#include "plugin/api/AppError.h"
#include "support/CommandWords.h"

namespace chat::archive {
namespace {

constexpr std::string_view Usage =
    "import-flask --sqlite FILE [OPTIONS]\n"
    "import-flask --mysql HOST[:PORT]/DATABASE --user USER [--password-file FILE] [OPTIONS]\n"
    "     without --password-file the password is typed, or is the first line of the standard input\n"
    "     --dry-run             stores nothing, and reports what could not be taken over\n"
    "     --report FILE         the report, one JSON object a line; otherwise to the standard output\n"
    "     --names FILE          other names of accounts: lines with the old one, a tab, and the new one\n"
    "     --utc-offset OFFSET   of dates that don't say it, for example +02:00; UTC without it\n"
    "     --keep-text           takes messages with invalid attributes without these\n"
    "     --mark-read           all messages count as read\n"
    "     --hex-salt            salts are the bytes that their digits mean\n"
    "     --into-used           although this chat has messages already\n";

std::string contentOf(const support::CommandWords& words, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) words.refuse("can't read " + path);
  return std::move(text).str();
}

std::map<std::string, std::string> namesOf(const support::CommandWords& words) {
  std::map<std::string, std::string> names;
  const auto path = words.value("names");
  if (!path) return names;
  std::istringstream lines(contentOf(words, *path));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const auto tab = line.find('\t');
    if (tab == std::string::npos || tab + 1 == line.size()) {
      words.refuse(*path + ", line " + std::to_string(number) + ": not an old name, a tab and a new one");
    }
    names[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return names;
}

std::string passwordOf(const support::CommandWords& words, const FlaskSource::Server& server,
                       plugin::CommandCall& call) {
  const auto path = words.value("password-file");
  if (!path) return std::string(call.secret("Password of " + server.user + " at " + server.host + ": "));
  std::string password = contentOf(words, *path);
  while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
  return password;
}

FlaskSource sourceOf(const support::CommandWords& words, plugin::CommandCall& call) {
  const auto file = words.value("sqlite");
  const auto place = words.value("mysql");
  if (file.has_value() == place.has_value()) words.refuse("either --sqlite or --mysql is needed");
  if (file) return FlaskSource(std::filesystem::path(*file));
  FlaskSource::Server server;
  const auto slash = place->find('/');
  if (slash == std::string::npos || slash + 1 == place->size()) words.refuse("--mysql needs HOST[:PORT]/DATABASE");
  server.database = place->substr(slash + 1);
  server.host = place->substr(0, slash);
  if (const auto colon = server.host.rfind(':'); colon != std::string::npos) {
    unsigned port = 0;
    if (!Poco::NumberParser::tryParseUnsigned(server.host.substr(colon + 1), port) || port == 0 || port > 65'535) {
      words.refuse("--mysql: the port must be a number from 1 to 65535");
    }
    server.port = static_cast<std::uint16_t>(port);
    server.host.resize(colon);
  }
  if (server.host.empty()) words.refuse("--mysql needs a host");
  const auto user = words.value("user");
  if (!user) words.refuse("--user is missing");
  server.user = *user;
  server.password = passwordOf(words, server, call);
  return FlaskSource(server);
}

FlaskImport::Options optionsOf(const support::CommandWords& words) {
  FlaskImport::Options options;
  if (const auto text = words.value("utc-offset")) {
    const auto offset = utcOffset(*text);
    if (!offset) words.refuse("--utc-offset must look like +02:00");
    options.rules.offset = *offset;
  }
  options.rules.keepText = words.has("keep-text");
  options.saltIsHex = words.has("hex-salt");
  options.markRead = words.has("mark-read");
  options.intoUsed = words.has("into-used");
  options.onlyCheck = words.has("dry-run");
  options.names = namesOf(words);
  return options;
}

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string summary(const FlaskImport::Result& result, bool onlyCheck) {
  std::string text = (onlyCheck ? "would take over " : "took over ") + counted(result.accounts, "account") + " and " +
                     counted(result.messages, "message") + "\n";
  if (result.incomplete > 0) text += counted(result.incomplete, "row") + " of them without a part\n";
  if (result.ofErased > 0)
    text += counted(result.ofErased, "message") + " of accounts that were erased here: not taken\n";
  if (result.disordered > 0) {
    text += counted(result.disordered, "message") +
            " with a date before that of earlier ones: searches by date may miss them\n";
  }
  return text;
}

}  // namespace

void ImportCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(
      call.words(),
      {"sqlite=FILE", "mysql=PLACE", "user=USER", "password-file=FILE", "dry-run", "report=FILE", "names=FILE",
       "utc-offset=OFFSET", "keep-text", "mark-read", "hex-salt", "into-used"},
      Usage);
  words.requireNone();
  auto options = optionsOf(words);
  const bool onlyCheck = options.onlyCheck;
  FlaskSource source = sourceOf(words, call);
  std::optional<NewFile> file;
  if (const auto path = words.value("report")) file.emplace(*path);
  FlaskImport import(_database, source, _clock, std::move(options),
                     [&](const JsonLine& line) { file ? file->write(line.line()) : call.print(line.line()); });
  const auto result = import.run();
  if (file) file->finish();
  call.print(summary(result, onlyCheck));
  if (result.left > 0) {
    throw plugin::AppError(409, counted(result.left, "row") + (onlyCheck ? " would not be" : " were not") +
                                    " taken over; the report says why");
  }
}

}  // namespace chat::archive
