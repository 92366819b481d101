#include "search/Filling.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "support/SearchIndex.h"

namespace chat::bench {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t BatchSize = 1'000;
constexpr std::uint64_t FirstDate = 1'700'000'000'000;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The accounts of a conversation; 0 is the large one.
std::pair<std::uint64_t, std::uint64_t> pairOf(std::uint64_t conversation) {
  if (conversation % 100 == 0) return {1, conversation + 2};
  return {conversation + 2, conversation + 3};
}

void addAccounts(data::SqlDatabase& database, std::uint64_t count) {
  database.transaction([&](Poco::Data::Session& session) {
    for (std::uint64_t first = 1; first <= count; first += BatchSize) {
      std::string sql = "INSERT INTO account (id, name, name_key, password_hash, created_at) VALUES ";
      for (std::uint64_t id = first; id < first + BatchSize && id <= count; ++id) {
        const std::string name = "user-" + std::to_string(id);
        sql += (id == first ? "(" : ", (") + std::to_string(id) + ", '" + name + "', '" + name + "', '', 0)";
      }
      session << sql, now;
    }
  });
}

std::uint64_t newestId(data::SqlDatabase& database) {
  Poco::UInt64 newest = 0;
  database.read(
      [&](Poco::Data::Session& session) { session << "SELECT COALESCE(MAX(id), 0) FROM message", into(newest), now; });
  return newest;
}

struct Message {
  std::uint64_t id;
  std::uint64_t lo;
  std::uint64_t hi;
  bool isFromLo;
  std::string text;
};

void store(Poco::Data::Session& session, const std::vector<Message>& messages, const std::vector<std::string>& forms) {
  std::string sql =
      "INSERT INTO message (id, lo_id, hi_id, sender_id, receiver_id, created_at, body, body_folded) VALUES ";
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& [id, lo, hi, isFromLo, text] = messages[i];
    const std::string low = std::to_string(lo);
    const std::string high = std::to_string(hi);
    sql += (i == 0 ? "(" : ", (") + std::to_string(id) + ", " + low + ", " + high + ", " + (isFromLo ? low : high) +
           ", " + (isFromLo ? high : low) + ", " + std::to_string(FirstDate + id * 1'000) + ", '" + text + "', '" +
           forms[i] + "')";
  }
  session << sql, now;
}

void addConversations(data::SqlDatabase& database) {
  database.transaction([](Poco::Data::Session& session) {
    session << "INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id, lo_sent)"
               " SELECT lo_id, hi_id, COUNT(*), MAX(id), SUM(sender_id = lo_id) FROM message GROUP BY lo_id, hi_id",
        now;
  });
}

}  // namespace

FillingTimes fill(data::SqlDatabase& database, const Size& size, Texts& texts) {
  FillingTimes times;
  const std::uint64_t done = newestId(database);
  if (done == 0) addAccounts(database, size.conversations + 3);
  std::mt19937_64 random(1);
  const support::SearchIndex index(database);
  const std::uint64_t total = size.large + size.small;
  for (std::uint64_t first = done + 1; first <= total; first += BatchSize) {
    std::vector<Message> messages;
    for (std::uint64_t id = first; id < first + BatchSize && id <= total; ++id) {
      const bool isLarge = random() % total < size.large;
      const auto [lo, hi] = pairOf(isLarge ? 0 : 1 + random() % size.conversations);
      messages.push_back({id, lo, hi, random() % 2 == 0, texts.next()});
    }
    database.transaction([&](Poco::Data::Session& session) {
      if (index.exists()) session << "PRAGMA cache_size = -300000", now;  // else filling takes twice as long
      const double begin = seconds();
      std::vector<std::string> forms;
      std::vector<support::IndexedMessage> indexed;
      for (const Message& message : messages) {
        forms.push_back(support::SearchIndex::storedForm(message.text));
        indexed.push_back({message.id, message.isFromLo ? message.lo : message.hi,
                           message.isFromLo ? message.hi : message.lo, message.text, "{}"});
      }
      index.add(session, indexed);
      const double middle = seconds();
      store(session, messages, forms);
      times.indexing += middle - begin;
      times.storing += seconds() - middle;
    });
  }
  times.messages = total - done;
  addConversations(database);
  return times;
}

}  // namespace chat::bench
