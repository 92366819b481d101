#include "archive/removal/Erasure.h"

#include "archive/Sql.h"
#include "archive/removal/AccountLocks.h"
#include "support/AccountName.h"
#include "support/MessageOrder.h"
#include "support/SqlWords.h"

namespace chat::archive {
namespace {

// What no hash begins with.
constexpr const char* NoPassword = "!";
// As in login/LoginEnd.h.
constexpr const char* Reason = "erased";

}  // namespace

std::optional<Erasure::Begun> Erasure::begin(const std::string& key, support::Millis now) {
  std::optional<Begun> begun;
  _database.transaction([&](Poco::Data::Session& session) {
    begun.reset();
    const std::string lock(support::SqlWords(_database).rowLock());
    Poco::UInt64 id = oneNumber(session, "SELECT id FROM account WHERE name_key = ?" + lock, key);
    if (id == 0) {
      // The name may be that of somebody else again; then the account above was meant.
      id = oneNumber(session, "SELECT account_id FROM erasure WHERE name_key = ? ORDER BY account_id LIMIT 1", key);
      if (id != 0) begun = Begun{id, 0};
      return;
    }
    Poco::Int64 time = now;
    change(session,
           "INSERT INTO ended_token (token_hash, reason, ended_at)"
           " SELECT token_hash, ?, ? FROM session_token WHERE account_id = ?",
           std::string(Reason), time, id);
    const std::size_t ended = change(session, "DELETE FROM session_token WHERE account_id = ?", id);
    change(session, "INSERT INTO erasure (account_id, name_key, begun_at) VALUES (?, ?, ?)", id, key, time);
    const std::string name = support::erasedName(id);
    change(session,
           "UPDATE account SET name = ?, name_key = ?, password_hash = ?, disabled_at = ?, last_login_at = NULL,"
           " created_at = 0 WHERE id = ?",
           name, name, std::string(NoPassword), time, id);
    // Whoever stores messages reads accounts when the order is locked. So a message that is under way is stored now,
    // and will be found; a later one finds the account gone.
    support::MessageOrder::lock(_database, session);
    begun = Begun{id, ended};
  });
  return begun;
}

std::optional<std::uint64_t> Erasure::pending(support::Millis begunBefore) {
  std::uint64_t id = 0;
  _database.read([&](Poco::Data::Session& session) {
    id = oneNumber(session, "SELECT account_id FROM erasure WHERE begun_at < ? ORDER BY account_id LIMIT 1",
                   Poco::Int64{begunBefore});
  });
  return id == 0 ? std::nullopt : std::optional(id);
}

Erasure::Step Erasure::goOn(std::uint64_t accountId) {
  if (accountId != _account) {
    _account = accountId;
    _conversation = 0;
    _walk.reset();
  }
  if (!_walk) {
    const auto next = nextConversation(accountId);
    if (!next) {
      if (removeTraces(accountId)) return {};
      finish(accountId);
      _account = 0;
      return {0, true};
    }
    _conversation = *next;
    _walk.emplace(_database, MessageRemoval::Condition{{}, accountId}, _conversation);
  }
  const auto step = _walk->next();
  if (step.isLast) _walk.reset();
  return {step.removed, false};
}

std::optional<std::uint64_t> Erasure::nextConversation(std::uint64_t accountId) {
  std::uint64_t id = 0;
  _database.read([&](Poco::Data::Session& session) {
    id = oneNumber(session,
                   "SELECT conversation_id FROM member WHERE account_id = ? AND conversation_id > ?"
                   " ORDER BY conversation_id LIMIT 1",
                   Poco::UInt64{accountId}, Poco::UInt64{_conversation});
  });
  return id == 0 ? std::nullopt : std::optional(id);
}

/// True if there may be more.
bool Erasure::removeTraces(std::uint64_t accountId) {
  constexpr Poco::UInt32 AtOnce = 500;
  const std::string sql =
      support::SqlWords(_database).deleteSome("receipt", "conversation_id", "account_id = ?", "conversation_id");
  bool mayBeMore = false;
  _database.transaction([&](Poco::Data::Session& session) {
    if (_database.dialect() == data::Dialect::MySql) {
      mayBeMore = change(session, sql, Poco::UInt64{accountId}, AtOnce) == AtOnce;
      return;
    }
    // The key has two columns there.
    mayBeMore = change(session,
                       "DELETE FROM receipt WHERE account_id = ? AND conversation_id IN"
                       " (SELECT conversation_id FROM receipt WHERE account_id = ? LIMIT ?)",
                       Poco::UInt64{accountId}, Poco::UInt64{accountId}, AtOnce) == AtOnce;
  });
  return mayBeMore;
}

void Erasure::finish(std::uint64_t accountId) {
  _database.transaction([&](Poco::Data::Session& session) {
    const Poco::UInt64 id = accountId;
    lockAccounts(_database, session, {accountId});
    change(session, "DELETE FROM last_seen WHERE account_id = ?", id);
    // An import that is run again must not make the account again.
    change(session, "UPDATE flask_import_account SET account_id = 0 WHERE account_id = ?", id);
    change(session, "DELETE FROM erasure WHERE account_id = ?", id);
    if (oneNumber(session, "SELECT COUNT(*) FROM member WHERE account_id = ?", id) == 0) {
      change(session, "DELETE FROM account WHERE id = ?", id);
      return;
    }
    // An older release has left it there.
    change(session, "UPDATE account SET last_message_at = 0 WHERE id = ?", id);
  });
}

}  // namespace chat::archive
