#include "presence/LastSeenStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "support/AccountName.h"
#include "support/SqlWords.h"

namespace chat::presence {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t RowsPerStatement = 500;

}  // namespace

void LastSeenStore::note(std::uint64_t accountId, support::Millis at) {
  const std::lock_guard lock(_mutex);
  if (_noted.size() >= MaxNoted && _noted.count(accountId) == 0) return;
  support::Millis& noted = _noted[accountId];
  noted = std::max(noted, at);
}

void LastSeenStore::write() {
  std::map<std::uint64_t, support::Millis> rows;
  {
    const std::lock_guard lock(_mutex);
    rows.swap(_noted);
  }
  if (rows.empty()) return;
  try {
    writeRows(rows);
  } catch (...) {
    for (const auto& [id, at] : rows) note(id, at);
    throw;
  }
}

void LastSeenStore::writeRows(const std::map<std::uint64_t, support::Millis>& rows) {
  using support::SqlWords;
  const std::string orRaise = SqlWords(_database).orMerge("account_id", {{"seen_at", SqlWords::Merge::Raise}});
  for (auto row = rows.begin(); row != rows.end();) {
    std::string values;  // numbers, in the order of the ids: two servers that write the same rows wait for each other
    for (std::size_t i = 0; i < RowsPerStatement && row != rows.end(); ++i, ++row) {
      values += (values.empty() ? "(" : ", (") + std::to_string(row->first) + ", " + std::to_string(row->second) + ")";
    }
    _database.transaction([&](Poco::Data::Session& session) {
      Poco::Data::Statement upsert(session);
      upsert << "INSERT INTO last_seen (account_id, seen_at) VALUES " << values << orRaise;
      upsert.execute();
    });
  }
}

std::vector<Person> LastSeenStore::find(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  std::string list;
  for (const std::string& name : names) {
    if (!support::isAccountName(name)) continue;  // so that a key needs no escaping
    std::string key = support::accountKey(name);
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    list += (list.empty() ? "'" : ", '") + key + "'";
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return {};

  std::unordered_map<std::string, Person> byKey;
  _database.read([&](Poco::Data::Session& session) {
    byKey.clear();
    Poco::UInt64 id = 0;
    std::string name;
    Poco::Int64 seen = 0;
    Poco::Data::Statement select(session);
    select << "SELECT a.id, a.name, COALESCE(l.seen_at, 0) FROM account a LEFT JOIN last_seen l ON l.account_id = a.id"
              " WHERE a.name_key IN ("
           << list << ")",
        into(id), into(name), into(seen), range(0, 1);
    while (!select.done() && select.execute() > 0) {
      Person person{id, name, {}};
      if (seen > 0) person.state.seen = seen;
      byKey.emplace(support::accountKey(name), std::move(person));
    }
  });

  std::vector<Person> people;
  const std::lock_guard lock(_mutex);
  for (const std::string& key : keys) {
    const auto found = byKey.find(key);
    if (found == byKey.end()) continue;
    Person& person = found->second;
    if (const auto noted = _noted.find(person.id); noted != _noted.end()) {
      person.state.seen = std::max(person.state.seen.value_or(0), noted->second);
    }
    people.push_back(std::move(person));
  }
  return people;
}

}  // namespace chat::presence
