#include "data/migration/SqlScript.h"

#include <utility>

namespace chat::data {

namespace {

constexpr std::string_view Blank = " \t\r";

std::string_view withoutTrailing(std::string_view line) {
  const std::size_t last = line.find_last_not_of(Blank);
  return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

}  // namespace

std::vector<std::string> splitStatements(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    std::string_view line = withoutTrailing(script.substr(0, end));
    script = end == std::string_view::npos ? std::string_view{} : script.substr(end + 1);
    const std::size_t first = line.find_first_not_of(Blank);
    if (first == std::string_view::npos || line.substr(first).starts_with("--")) continue;
    const bool last = line.back() == ';';
    if (last) line.remove_suffix(1);
    if (!statement.empty()) statement += '\n';
    statement += line;
    if (last) statements.push_back(std::exchange(statement, {}));
  }
  if (!statement.empty()) statements.push_back(std::move(statement));
  return statements;
}

}  // namespace chat::data
