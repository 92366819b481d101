#include "archive/backup/BackupHeader.h"

#include <Poco/Data/Statement.h>

#include <boost/json/parse.hpp>

#include "archive/backup/BackupTables.h"
#include "archive/exporting/JsonLine.h"
#include "plugin/api/AppError.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::string_view Format = "chat-socketio backup";
constexpr std::int64_t Version = 1;

}  // namespace

BackupHeader BackupHeader::ofDatabase(Poco::Data::Session& session) {
  constexpr std::string_view Prefix = "plugin.";
  std::map<std::string, std::uint64_t> all;
  std::string owner;
  Poco::UInt64 number = 0;
  Poco::Data::Statement select(session);
  select << "SELECT owner, MAX(number) FROM schema_migration GROUP BY owner", into(owner), into(number), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    if (owner.starts_with(Prefix)) all[owner.substr(Prefix.size())] = number;
  }
  BackupHeader header;
  for (const auto& table : backupTables()) header.schema[table.owner] = all[table.owner];
  return header;
}

std::string BackupHeader::line(support::Millis date) const {
  std::string owners;
  for (const auto& [owner, number] : schema) {
    owners += (owners.empty() ? "{\"" : ",\"") + owner + "\":" + std::to_string(number);
  }
  return JsonLine()
      .text("format", Format)
      .number("version", Version)
      .date("date", date)
      .raw("schema", owners + "}")
      .line();
}

BackupHeader BackupHeader::parse(const std::string& line) {
  boost::json::error_code error;
  const auto value = boost::json::parse(line, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* format = object ? object->if_contains("format") : nullptr;
  const auto* version = object ? object->if_contains("version") : nullptr;
  const auto* schema = object ? object->if_contains("schema") : nullptr;
  if (!format || !format->is_string() || std::string_view(format->get_string()) != Format || !version ||
      !version->is_int64()) {
    throw plugin::AppError(400, "The file is not a backup of this chat");
  }
  if (version->get_int64() > Version || !schema || !schema->is_object()) {
    throw plugin::AppError(400, "The backup has a format that only newer releases read");
  }
  BackupHeader header;
  for (const auto& [owner, number] : schema->get_object()) {
    if (number.is_int64() && number.get_int64() >= 0) {
      header.schema[std::string(owner)] = static_cast<std::uint64_t>(number.get_int64());
    }
  }
  return header;
}

void BackupHeader::requireSame(const BackupHeader& database) const {
  for (const auto& [owner, number] : database.schema) {
    const auto found = schema.find(owner);
    const std::uint64_t given = found == schema.end() ? 0 : found->second;
    if (given == number) continue;
    throw plugin::AppError(
        409, "The backup is from " + std::string(given > number ? "a newer" : "an older") + " release: its tables of " +
                 owner + " have the migration " + std::to_string(given) + ", those of this release " +
                 std::to_string(number) +
                 (given > number ? ". Restore it with that release" : ". Restore it with that release, then upgrade"));
  }
}

}  // namespace chat::archive
