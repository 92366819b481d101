#include "msgsearch/Backfill.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <string>
#include <vector>

#include "data/Text.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::msgsearch {

using namespace Poco::Data::Keywords;

namespace {

constexpr unsigned MessagesAtOnce = 200;

struct Row {
  Poco::UInt64 id = 0;
  Poco::UInt64 conversation = 0;
  Poco::UInt64 sender = 0;
  support::Pair pair{0, 0};
  std::string text;
  std::string folded;
  std::string attributes;
};

std::vector<Row> readBelow(const data::Database& database, Poco::Data::Session& session, std::uint64_t id) {
  std::vector<Row> rows;
  Row row;
  Poco::UInt64 below = id;
  Poco::UInt32 limit = MessagesAtOnce;
  data::Text text;
  data::Text folded;
  Poco::Nullable<data::Text> attributes;
  Poco::Data::Statement select(session);
  select << support::SqlWords(database).selectInOrder()
         << " m.id, m.conversation_id, m.sender_id, c.lo_id, c.hi_id, m.body, m.body_folded, m.attributes"
            " FROM message m CROSS JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.id < ? ORDER BY m.id DESC LIMIT ?",
      use(below), use(limit), into(row.id), into(row.conversation), into(row.sender), into(row.pair.lo),
      into(row.pair.hi), into(text), into(folded), into(attributes), range(0, 1);
  while (!select.done()) {
    if (select.execute() == 0) break;
    row.text = text.value;
    row.folded = folded.value;
    row.attributes = attributes.isNull() ? "{}" : attributes.value().value;
    rows.push_back(row);
  }
  return rows;
}

void renewForm(Poco::Data::Session& session, const Row& row) {
  const std::string form = support::SearchIndex::storedForm(row.text);
  if (form == row.folded) return;
  Poco::UInt64 id = row.id;
  Poco::Nullable<std::string> value;
  if (!form.empty()) value = form;
  session << "UPDATE message SET body_folded = ? WHERE id = ?", use(value), use(id), now;
}

}  // namespace

void Backfill::run() {
  if (_isDone) return;
  try {
    goOn();
  } catch (const data::Unavailable&) {
    // The next time.
  }
}

void Backfill::goOn() {
  const auto state = _progress.read();
  if (!state) return;
  if (state->readyFrom == 0) {
    _isDone = true;
    return;
  }
  const support::Millis now = support::toMillis(_clock.wallTime());
  if (state->readyFrom == support::SearchProgress::Unknown && now - state->begunAt < Settling) return;
  _database.transaction([this](Poco::Data::Session& session) { makeSomeReady(session); });
}

void Backfill::makeSomeReady(Poco::Data::Session& session) {
  const auto state = _progress.lock(session);
  if (!state || state->readyFrom == 0) return;
  const std::vector<Row> rows = readBelow(_database, session, state->readyFrom);
  std::vector<support::IndexedMessage> messages;
  messages.reserve(rows.size());
  for (const Row& row : rows) {
    messages.push_back({row.id, row.conversation, row.sender, {row.pair.lo, row.pair.hi}, row.text, row.attributes});
    renewForm(session, row);
  }
  support::SearchIndex(_database).add(session, messages);
  support::SearchProgress::write(session, rows.size() < MessagesAtOnce ? 0 : rows.back().id);
}

}  // namespace chat::msgsearch
