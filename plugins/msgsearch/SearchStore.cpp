#include "msgsearch/SearchStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <limits>
#include <string>

#include "msgsearch/SearchWalk.h"
#include "support/MessageRows.h"
#include "support/Pair.h"
#include "support/SearchProgress.h"
#include "support/SqlWords.h"

namespace chat::msgsearch {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t AboveAll = std::numeric_limits<Poco::Int64>::max();
// Some milliseconds, also on a slow machine.
constexpr std::uint64_t SkippedAtOnce = 20'000;

/// In the order of the index, from beyond an id.
std::string idsOf(const data::Database& database, bool newestFirst) {
  return "SELECT id FROM message" + support::SqlWords(database).byIndex("message_conversation") +
         " WHERE conversation_id = ? AND id " + (newestFirst ? "< ? ORDER BY id DESC" : "> ? ORDER BY id") + " LIMIT ?";
}

}  // namespace

std::uint64_t SearchStore::conversationOf(std::uint64_t oneId, std::uint64_t otherId) {
  std::uint64_t id = 0;
  _database.read(
      [&](Poco::Data::Session& session) { id = support::findConversation(session, support::Pair(oneId, otherId)); });
  return id;
}

std::uint64_t SearchStore::count(std::uint64_t conversation) {
  Poco::UInt64 count = 0;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 id = conversation;
    count = 0;
    session << "SELECT message_count FROM conversation WHERE id = ?", use(id), into(count), now;
  });
  return count;
}

SearchStore::Page SearchStore::page(std::uint64_t conversation, std::uint64_t total, std::uint64_t skipped,
                                    std::uint64_t rows, const Deadline& deadline) {
  const std::uint64_t older = total > skipped + rows ? total - skipped - rows : 0;
  const Order order = older < skipped ? Order::OldestFirst : Order::NewestFirst;
  const std::uint64_t onPage = std::min(rows, total - skipped);
  const auto beyond = skip(conversation, order == Order::OldestFirst ? older : skipped, order, deadline);
  Page page;
  if (!beyond) {
    page.isPartial = true;
  } else if (order == Order::NewestFirst) {
    page = read(conversation, *beyond, rows, order);
  } else {
    page = read(conversation, *beyond, onPage, order);
    std::reverse(page.messages.begin(), page.messages.end());
    page.next.reset();
    if (older > 0 && !page.messages.empty()) page.next = page.messages.back().id;
  }
  page.total = total;
  return page;
}

SearchStore::Page SearchStore::pageBefore(std::uint64_t conversation, std::uint64_t before, std::uint64_t rows) {
  return read(conversation, std::min(before, AboveAll), rows, Order::NewestFirst);
}

SearchStore::Page SearchStore::read(std::uint64_t conversation, std::uint64_t beyond, std::uint64_t rows, Order order) {
  Page page;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 id = conversation;
    Poco::UInt64 from = beyond;
    Poco::UInt64 limit = rows + 1;  // one more shows whether there is a next page
    const bool newestFirst = order == Order::NewestFirst;
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "(" << idsOf(_database, newestFirst)
           << ") page JOIN message m ON m.id = page.id" << support::MessageJoins << "ORDER BY m.id"
           << (newestFirst ? " DESC" : ""),
        use(id), use(from), use(limit);
    page.messages = support::readMessages(select);
  });
  if (page.messages.size() > rows) {
    page.messages.pop_back();
    page.next = page.messages.back().id;
  }
  return page;
}

/// The id beyond which the messages after the first `count` are; nothing if the time is over.
std::optional<std::uint64_t> SearchStore::skip(std::uint64_t conversation, std::uint64_t count, Order order,
                                               const Deadline& deadline) {
  const bool newestFirst = order == Order::NewestFirst;
  Poco::UInt64 beyond = newestFirst ? AboveAll : 0;
  while (count > 0) {
    const std::uint64_t some = std::min(count, SkippedAtOnce);
    Poco::UInt64 last = 0;
    _database.read([&](Poco::Data::Session& session) {
      Poco::UInt64 id = conversation;
      Poco::UInt64 one = 1;
      Poco::UInt64 offset = some - 1;
      last = 0;
      session << idsOf(_database, newestFirst) << " OFFSET ?", use(id), use(beyond), use(one), use(offset), into(last),
          now;
    });
    if (last == 0) return newestFirst ? 0 : AboveAll;  // messages were removed meanwhile
    beyond = last;
    count -= some;
    if (count > 0 && deadline.isOver()) return std::nullopt;
  }
  return beyond;
}

SearchStore::Page SearchStore::find(const Search& search, std::uint64_t rows, const Deadline& deadline) {
  SearchWalk walk(_database, search, readyFrom(), deadline);
  Page page;
  while (!walk.isAtEnd() && page.messages.size() <= rows) {
    for (support::ChatMessage& message : walk.next(rows + 1)) page.messages.push_back(std::move(message));
    if (walk.isTimeOver()) break;
  }
  if (page.messages.size() > rows) {
    page.messages.resize(rows);
    page.next = page.messages.back().id;
  } else if (!walk.isAtEnd()) {
    page.next = walk.position();
    page.isPartial = page.messages.size() < rows;
  }
  return page;
}

SearchStore::Page SearchStore::findPage(const Search& search, std::uint64_t skipped, std::uint64_t rows,
                                        const Deadline& deadline) {
  SearchWalk walk(_database, search, readyFrom(), deadline);
  Page page;
  while (!walk.isAtEnd()) {
    for (support::ChatMessage& message : walk.next(rows + 1)) {
      const std::uint64_t number = page.total++;
      if (number >= skipped && page.messages.size() < rows) page.messages.push_back(std::move(message));
    }
    if (walk.isTimeOver()) break;
  }
  page.isPartial = !walk.isAtEnd();
  const bool isFull = page.messages.size() == rows;
  if (isFull && (page.isPartial || page.total > skipped + rows)) {
    page.next = page.messages.back().id;
  } else if (page.isPartial) {
    page.next = walk.position();
  }
  return page;
}

std::uint64_t SearchStore::readyFrom() {
  if (_areAllReady.load(std::memory_order_relaxed)) return 0;
  const auto state = support::SearchProgress(_database).read();
  if (!state) return support::SearchProgress::Unknown;
  if (state->readyFrom == 0) _areAllReady.store(true, std::memory_order_relaxed);
  return state->readyFrom;
}

}  // namespace chat::msgsearch
