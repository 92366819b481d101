#include "search/Filling.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "support/Pair.h"
#include "support/SearchIndex.h"

namespace chat::bench {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t BatchSize = 1'000;
constexpr std::uint64_t FirstDate = 1'700'000'000'000;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// By the number of a conversation; 0 is the large one.
std::uint64_t idOf(std::uint64_t conversation) {
  return conversation + 1;
}
support::Pair pairOf(std::uint64_t conversation) {
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
  std::uint64_t conversation;
  bool isFromLo;
  std::string text;

  support::Pair pair() const { return pairOf(conversation); }
  std::uint64_t sender() const { return isFromLo ? pair().lo : pair().hi; }
};

void store(Poco::Data::Session& session, const std::vector<Message>& messages, const std::vector<std::string>& forms) {
  std::string sql = "INSERT INTO message (id, conversation_id, sender_id, created_at, body, body_folded) VALUES ";
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    sql += (i == 0 ? "(" : ", (") + std::to_string(message.id) + ", " + std::to_string(idOf(message.conversation)) +
           ", " + std::to_string(message.sender()) + ", " + std::to_string(FirstDate + message.id * 1'000) + ", '" +
           message.text + "', '" + forms[i] + "')";
  }
  session << sql, now;
}

void addConversations(data::SqlDatabase& database, std::uint64_t count) {
  database.transaction([&](Poco::Data::Session& session) {
    for (std::uint64_t first = 0; first <= count; first += BatchSize) {
      std::string conversations =
          "INSERT INTO conversation (id, lo_id, hi_id, created_at, message_count, last_message_id) VALUES ";
      std::string members = "INSERT INTO member (conversation_id, account_id, sent_count) VALUES ";
      for (std::uint64_t number = first; number < first + BatchSize && number <= count; ++number) {
        const support::Pair pair = pairOf(number);
        const std::string begin = (number == first ? "(" : ", (") + std::to_string(idOf(number)) + ", ";
        const std::string lo = std::to_string(pair.lo);
        const std::string hi = std::to_string(pair.hi);
        conversations += begin + lo + ", " + hi + ", 0, 0, 0)";
        members += begin + lo + ", 0), (" + std::to_string(idOf(number)) + ", " + hi + ", 0)";
      }
      session << conversations, now;
      session << members, now;
    }
  });
}

void countMessages(data::SqlDatabase& database) {
  database.transaction([](Poco::Data::Session& session) {
    session << "UPDATE conversation SET"
               " message_count = (SELECT COUNT(*) FROM message WHERE conversation_id = conversation.id),"
               " last_message_id = (SELECT COALESCE(MAX(m.id), 0) FROM message m"
               " WHERE m.conversation_id = conversation.id)",
        now;
    session << "UPDATE message_order SET last_id = (SELECT COALESCE(MAX(id), 0) FROM message),"
               " last_at = (SELECT COALESCE(MAX(created_at), 0) FROM message)",
        now;
  });
}

}  // namespace

FillingTimes fill(data::SqlDatabase& database, const Size& size, Texts& texts) {
  FillingTimes times;
  const std::uint64_t done = newestId(database);
  if (done == 0) {
    addAccounts(database, size.conversations + 3);
    addConversations(database, size.conversations);
  }
  std::mt19937_64 random(1);
  const support::SearchIndex index(database);
  const std::uint64_t total = size.large + size.small;
  for (std::uint64_t first = done + 1; first <= total; first += BatchSize) {
    std::vector<Message> messages;
    for (std::uint64_t id = first; id < first + BatchSize && id <= total; ++id) {
      const bool isLarge = random() % total < size.large;
      const std::uint64_t conversation = isLarge ? 0 : 1 + random() % size.conversations;
      messages.push_back({id, conversation, random() % 2 == 0, texts.next()});
    }
    database.transaction([&](Poco::Data::Session& session) {
      if (index.exists()) session << "PRAGMA cache_size = -300000", now;  // else filling takes twice as long
      const double begin = seconds();
      std::vector<std::string> forms;
      std::vector<support::IndexedMessage> indexed;
      for (const Message& message : messages) {
        forms.push_back(support::SearchIndex::storedForm(message.text));
        const support::Pair pair = message.pair();
        indexed.push_back(
            {message.id, idOf(message.conversation), message.sender(), {pair.lo, pair.hi}, message.text, "{}"});
      }
      index.add(session, indexed);
      const double middle = seconds();
      store(session, messages, forms);
      times.indexing += middle - begin;
      times.storing += seconds() - middle;
    });
  }
  times.messages = total - done;
  countMessages(database);
  return times;
}

}  // namespace chat::bench
