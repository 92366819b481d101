#include "archive/backup/RestoreCommand.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "archive/Sql.h"
#include "archive/backup/BackupFile.h"
#include "archive/backup/BackupHeader.h"
#include "plugin/api/AppError.h"
#include "support/CommandWords.h"
#include "support/MessageOrder.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SearchProgress.h"
#include "support/SqlWords.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::string_view Usage = "restore FILE  fills an empty database from a backup; no server may be using it\n";
constexpr std::size_t RowsAtOnce = 500;
constexpr std::string_view Messages = "message";
constexpr std::string_view Order = "message_order";  // has its row from the beginning

struct Line {
  const BackupTable* table = nullptr;
  BackupRow row;
};

/// Throws AppError 400.
Line parse(const std::string& text) {
  const plugin::AppError damaged(400, "The backup has a row that can't be read");
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  const auto* array = error ? nullptr : value.if_array();
  if (!array || array->empty() || !array->front().is_string()) throw damaged;
  Line line;
  const auto& tables = backupTables();
  const std::string_view name(array->front().get_string());
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.name == name; });
  if (found == tables.end() || array->size() != found->columns.size() + 1) throw damaged;
  line.table = &*found;
  for (std::size_t i = 0; i < found->columns.size(); ++i) {
    const auto& item = (*array)[i + 1];
    if (item.is_null()) {
      line.row.emplace_back();
    } else if (found->columns[i].isText && item.is_string()) {
      line.row.emplace_back(std::string(item.get_string()));
    } else if (!found->columns[i].isText && item.is_int64()) {
      line.row.emplace_back(item.get_int64());
    } else {
      throw damaged;
    }
  }
  return line;
}

std::uint64_t idOf(const BackupValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number ? static_cast<std::uint64_t>(*number) : 0;
}

std::string textOf(const BackupValue& value, const std::string& ifNull) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : ifNull;
}

/// The columns of `message` that are needed here.
struct MessageColumns {
  static constexpr std::size_t Id = 0;
  static constexpr std::size_t Conversation = 1;
  static constexpr std::size_t Sender = 2;
  static constexpr std::size_t Body = 5;
  static constexpr std::size_t Attributes = 6;
};

}  // namespace

void RestoreCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(call.words(), {}, Usage);
  const std::filesystem::path file = words.only("FILE");
  check(file);
  requireEmpty();
  const std::uint64_t rows = store(file);
  finish();
  call.print("restored " + std::to_string(rows) + " rows\n");
}

void RestoreCommand::check(const std::filesystem::path& file) {
  BackupReader reader(file);
  std::string line;
  reader.next(line);
  const auto header = BackupHeader::parse(line);
  BackupHeader own;
  _database.read([&](Poco::Data::Session& session) { own = BackupHeader::ofDatabase(session); });
  header.requireSame(own);
  while (reader.next(line)) parse(line);
}

void RestoreCommand::requireEmpty() {
  for (const auto& table : backupTables()) {
    if (table.name == Order) continue;
    std::uint64_t rows = 0;
    _database.read([&](Poco::Data::Session& session) {
      rows = oneNumber(session, "SELECT COUNT(*) FROM (SELECT * FROM " + table.name + " LIMIT 1) some");
    });
    if (rows > 0) {
      throw plugin::AppError(409, "The database is not empty: the table " + table.name +
                                      " has rows. Restore into a new one; also after a restore that was interrupted");
    }
  }
}

std::uint64_t RestoreCommand::store(const std::filesystem::path& file) {
  BackupReader reader(file);
  std::string text;
  reader.next(text);  // the header
  std::uint64_t count = 0;
  const BackupTable* table = nullptr;
  std::vector<BackupRow> rows;
  const auto flush = [&] {
    if (!rows.empty()) insert(*table, rows);
    count += rows.size();
    rows.clear();
  };
  while (reader.next(text)) {
    Line line = parse(text);
    if (line.table != table || rows.size() == RowsAtOnce) flush();
    table = line.table;
    rows.push_back(std::move(line.row));
  }
  flush();
  return count;
}

void RestoreCommand::insert(const BackupTable& table, const std::vector<BackupRow>& rows) {
  const bool areMessages = table.name == Messages;
  std::string columns;
  std::string places;
  for (const auto& column : table.columns) {
    columns.append(columns.empty() ? "" : ", ").append(column.name);
    places += places.empty() ? "?" : ", ?";
  }
  if (areMessages) {
    columns += ", body_folded";
    places += ", ?";
  }
  std::string sql = "INSERT INTO " + table.name + " (" + columns + ") VALUES (" + places + ")";
  if (table.name == Order) {
    using support::SqlWords;
    sql +=
        SqlWords(_database).orMerge("id", {{"last_id", SqlWords::Merge::Raise}, {"last_at", SqlWords::Merge::Raise}});
  }
  _database.transaction([&](Poco::Data::Session& session) {
    for (const auto& row : rows) {
      std::deque<Poco::Nullable<Poco::Int64>> numbers;
      std::deque<Poco::Nullable<std::string>> texts;
      Poco::Data::Statement statement(session);
      statement << sql;
      const auto bindText = [&](Poco::Nullable<std::string> value) {
        statement, use(texts.emplace_back(std::move(value)));
      };
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (table.columns[i].isText) {
          const auto* text = std::get_if<std::string>(&row[i]);
          bindText(text ? Poco::Nullable<std::string>(*text) : Poco::Nullable<std::string>());
        } else {
          const auto* number = std::get_if<std::int64_t>(&row[i]);
          statement,
              use(numbers.emplace_back(number ? Poco::Nullable<Poco::Int64>(*number) : Poco::Nullable<Poco::Int64>()));
        }
      }
      if (areMessages) {
        const std::string form = support::SearchIndex::storedForm(textOf(row[MessageColumns::Body], ""));
        bindText(form.empty() ? Poco::Nullable<std::string>() : Poco::Nullable<std::string>(form));
      }
      statement.execute();
    }
    if (areMessages) addToSearch(session, rows);
  });
}

void RestoreCommand::addToSearch(Poco::Data::Session& session, const std::vector<BackupRow>& messages) const {
  const support::SearchIndex index(_database);
  if (!index.exists()) return;
  std::set<std::uint64_t> ids;
  for (const auto& row : messages) ids.insert(idOf(row[MessageColumns::Conversation]));
  std::map<std::uint64_t, support::Pair> pairs;
  for (const auto& [id, lo, hi] :
       numbers<3>(session, "SELECT id, lo_id, hi_id FROM conversation WHERE id IN (" + listOf(ids) + ")")) {
    pairs.emplace(id, support::Pair(lo, hi));
  }
  std::vector<std::string> attributes;
  attributes.reserve(messages.size());
  std::vector<std::string> texts;
  texts.reserve(messages.size());
  std::vector<support::IndexedMessage> indexed;
  for (const auto& row : messages) {
    const auto pair = pairs.find(idOf(row[MessageColumns::Conversation]));
    if (pair == pairs.end()) continue;  // an orphan, which `verify` reports
    texts.push_back(textOf(row[MessageColumns::Body], ""));
    attributes.push_back(textOf(row[MessageColumns::Attributes], "{}"));
    indexed.push_back({idOf(row[MessageColumns::Id]),
                       pair->first,
                       idOf(row[MessageColumns::Sender]),
                       {pair->second.lo, pair->second.hi},
                       texts.back(),
                       attributes.back()});
  }
  index.add(session, indexed);
}

// The backup has the order, above the ids and dates of messages that were removed: clients may have one of these as
// their position. Here it is only made sure that it isn't below those that are there.
void RestoreCommand::finish() {
  _database.transaction([&](Poco::Data::Session& session) {
    support::SearchProgress::write(session, 0);
    const auto newest = numbers<2>(session, "SELECT COALESCE(MAX(id), 0), COALESCE(MAX(created_at), 0) FROM message");
    auto order = support::MessageOrder::lock(_database, session);
    order.newest = std::max(
        {order.newest, newest[0][0], oneNumber(session, "SELECT COALESCE(MAX(last_message_id), 0) FROM conversation")});
    order.newestAt = std::max(order.newestAt, static_cast<support::Millis>(newest[0][1]));
    order.store(session);
  });
}

}  // namespace chat::archive
