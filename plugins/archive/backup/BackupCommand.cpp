#include "archive/backup/BackupCommand.h"

#include <string>

#include "archive/backup/BackupFile.h"
#include "archive/backup/BackupHeader.h"
#include "archive/backup/BackupTables.h"
#include "support/CommandWords.h"
#include "support/ExactJson.h"

namespace chat::archive {
namespace {

constexpr std::string_view Usage = "backup FILE  writes all of the chat into a new file, while the server runs\n";
constexpr std::size_t RowsAtOnce = 500;

std::string lineOf(const BackupTable& table, const BackupRow& row) {
  std::string line = "[\"" + table.name + "\"";
  for (const auto& value : row) {
    line += ',';
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      line += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      support::appendJsonString(line, *text);
    } else {
      line += "null";
    }
  }
  return line += "]\n";
}

std::uint64_t writeTable(Poco::Data::Session& session, const BackupTable& table, BackupWriter& file) {
  std::uint64_t count = 0;
  BackupRow last;
  for (;;) {
    auto rows = readRows(session, table, count == 0 ? nullptr : &last, RowsAtOnce);
    for (const auto& row : rows) file.write(lineOf(table, row));
    count += rows.size();
    if (rows.size() < RowsAtOnce) return count;
    last = std::move(rows.back());
  }
}

}  // namespace

void BackupCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(call.words(), {}, Usage);
  BackupWriter file(words.only("FILE"));
  std::uint64_t rows = 0;
  std::string leftOut;
  _database.readSnapshot([&](Poco::Data::Session& session) {
    file.write(BackupHeader::ofDatabase(session).line(support::toMillis(_clock.wallTime())));
    for (const auto& table : backupTables()) rows += writeTable(session, table, file);
    for (const auto& name : tablesLeftOut(_database, session)) leftOut += "left out: table " + name + "\n";
  });
  file.finish();
  call.print(leftOut + "wrote " + std::to_string(rows) + " rows\n");
}

}  // namespace chat::archive
