#include "support/SearchProgress.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <string>

#include "support/SqlWords.h"

namespace chat::support {

using namespace Poco::Data::Keywords;

void SearchProgress::begin(Millis now) {
  if (read()) return;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::UInt64 newest = 0;
    session << "SELECT COALESCE(MAX(id), 0) FROM message", into(newest), Poco::Data::Keywords::now;
    Poco::UInt64 readyFrom = newest == 0 ? 0 : Unknown;
    Poco::Int64 begunAt = now;
    // Another server may have begun at the same moment.
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO search_progress (id, ready_from, begun_at) VALUES (1, ?, ?)"
           << SqlWords(_database).orMerge("id", {{"begun_at", SqlWords::Merge::Raise}}),
        use(readyFrom), use(begunAt);
    insert.execute();
  });
}

std::optional<SearchProgress::State> SearchProgress::read() {
  std::optional<State> state;
  _database.read([&](Poco::Data::Session& session) { state = select(session, ""); });
  return state;
}

std::optional<SearchProgress::State> SearchProgress::lock(Poco::Data::Session& session) const {
  return select(session, SqlWords(_database).rowLock());
}

void SearchProgress::write(Poco::Data::Session& session, std::uint64_t readyFrom) {
  Poco::UInt64 value = readyFrom;
  session << "UPDATE search_progress SET ready_from = ? WHERE id = 1", use(value), now;
}

std::optional<SearchProgress::State> SearchProgress::select(Poco::Data::Session& session, std::string_view lock) const {
  Poco::UInt64 readyFrom = 0;
  Poco::Int64 begunAt = 0;
  Poco::Data::Statement select(session);
  select << "SELECT ready_from, begun_at FROM search_progress WHERE id = 1" << std::string(lock), into(readyFrom),
      into(begunAt);
  if (select.execute() == 0) return std::nullopt;
  return State{readyFrom, begunAt};
}

}  // namespace chat::support
