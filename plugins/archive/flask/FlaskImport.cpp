#include "archive/flask/FlaskImport.h"

#include <sodium.h>

#include <array>

#include "archive/Sql.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/ImportedPassword.h"
#include "support/SqlWords.h"
#include "support/Text.h"

namespace chat::archive {
namespace {

constexpr std::size_t RowsAtOnce = 250;
constexpr std::size_t MostParties = 20'000;
constexpr int Attempts = 5;
// As much as a search by date allows for (msgsearch/Candidates).
constexpr support::Millis DisorderMs = 60'000;
// What no hash begins with: nobody can log in until there is a password.
constexpr const char* NoPassword = "!";

std::string hashOf(const std::string& text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return support::toHex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

/// Somebody may take a name between the look and the insertion.
template <typename Store>
void untilStored(data::Database& database, const Store& store) {
  for (int attempt = 1;; ++attempt) {
    try {
      return database.transaction(store);
    } catch (const data::DuplicateKey&) {
      if (attempt == Attempts) throw;
    }
  }
}

}  // namespace

FlaskImport::Result FlaskImport::run() {
  begin();
  takeAccounts();
  takeMessages();
  return _result;
}

void FlaskImport::begin() {
  const std::string fingerprint = hashOf(_source.fingerprint());
  if (const auto known = _store.find(fingerprint)) {
    _import = *known;
    return;
  }
  bool isUsed = false;
  _database.read([&](Poco::Data::Session& session) {
    isUsed = oneNumber(session, "SELECT COUNT(*) FROM (SELECT id FROM message LIMIT 1) some") > 0;
  });
  if (isUsed && !_options.intoUsed) {
    throw plugin::AppError(409,
                           "This chat has messages already. Imported ones would come after them, although they are "
                           "older: conversations are in the order of arrival, and searches by date may miss some. "
                           "With --into-used that is done all the same");
  }
  if (!_options.onlyCheck) _import = _store.create(fingerprint, support::toMillis(_clock.wallTime()));
}

void FlaskImport::takeAccounts() {
  if (_options.onlyCheck) {
    for (std::uint64_t after = 0;;) {
      const auto accounts = _source.accountsAfter(after, RowsAtOnce);
      checkAccounts(accounts);
      if (accounts.size() < RowsAtOnce) return;
      after = accounts.back().id;
    }
  }
  for (std::uint64_t after = 0;;) {
    const auto left = _store.left(_import.id, ImportStore::Kind::Account, after, RowsAtOnce);
    if (left.empty()) break;
    storeAccounts(_source.accounts(left), true);
    after = left.back();
  }
  for (;;) {
    const auto accounts = _source.accountsAfter(_import.accountsTo, RowsAtOnce);
    if (!accounts.empty()) storeAccounts(accounts, false);
    if (accounts.size() < RowsAtOnce) return;
  }
}

void FlaskImport::storeAccounts(const std::vector<FlaskAccount>& accounts, bool again) {
  std::vector<Fault> faults;
  std::uint64_t stored = 0;
  untilStored(_database, [&](Poco::Data::Session& session) {
    faults.clear();
    stored = 0;
    if (!again) _store.advance(session, _import, ImportStore::Kind::Account, accounts.back().id);
    for (const auto& account : accounts) {
      const auto fault = storeAccount(session, account);
      if (fault) faults.push_back(*fault);
      if (fault && fault->isLeft) {
        _store.addLeft(session, _import.id, ImportStore::Kind::Account, account.id);
        continue;
      }
      ++stored;
      if (again) ImportStore::removeLeft(session, _import.id, ImportStore::Kind::Account, account.id);
    }
  });
  if (!again) _import.accountsTo = accounts.back().id;
  _result.accounts += stored;
  report("accounts", faults);
}

std::optional<FlaskImport::Fault> FlaskImport::storeAccount(Poco::Data::Session& session, const FlaskAccount& account) {
  const std::string name = newNameOf(account);
  if (std::string problem = problemWith(name, session); !problem.empty()) {
    return Fault{account.id, account.username, std::move(problem)};
  }
  std::string hash = passwordHashOf(account, _options.saltIsHex);
  const bool hasPassword = !hash.empty();
  if (!hasPassword) hash = NoPassword;
  change(session, "INSERT INTO account (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?)", name,
         support::accountKey(name), hash, Poco::Int64{support::toMillis(_clock.wallTime())});
  ImportStore::addAccount(session, _import.id, account.id, support::SqlWords(_database).insertId(session));
  if (hasPassword) return std::nullopt;
  return Fault{account.id, account.username,
               "without its password, which is no PBKDF2-HMAC-SHA256: set one with 'user passwd'", false};
}

std::string FlaskImport::problemWith(const std::string& name, Poco::Data::Session& session) {
  if (!support::isAccountName(name)) {
    return "a name has 1 to 32 characters out of a-z, A-Z, 0-9, '_', '.' and '-': give it another one with --names";
  }
  if (support::isErasedName(name)) return "the name is one of erased accounts: give it another one with --names";
  const std::uint64_t other =
      oneNumber(session, "SELECT id FROM account WHERE name_key = ?", support::accountKey(name));
  if (other == 0) return {};
  const std::uint64_t old = _import.id == 0 ? 0 : ImportStore::oldOf(session, _import.id, other);
  if (old == 0) return "this chat has an account of the name already: give it another one with --names";
  return "the names of this account and the account " + std::to_string(old) +
         " differ in case only: give it another one with --names";
}

// Nothing is stored, so the names before are remembered.
void FlaskImport::checkAccounts(const std::vector<FlaskAccount>& accounts) {
  std::vector<Fault> faults;
  for (const auto& account : accounts) {
    if (_import.id != 0 && _store.accountOf(_import.id, account.id)) {
      _checkedAccounts.insert(account.id);
      continue;
    }
    const std::string name = newNameOf(account);
    std::string problem;
    _database.read([&](Poco::Data::Session& session) { problem = problemWith(name, session); });
    if (problem.empty() && !_checkedKeys.insert(support::accountKey(name)).second) {
      problem = "the names of this account and of an earlier one differ in case only: give it another one with --names";
    }
    if (!problem.empty()) {
      faults.push_back({account.id, account.username, problem});
      continue;
    }
    _checkedAccounts.insert(account.id);
    ++_result.accounts;
    if (passwordHashOf(account, _options.saltIsHex).empty()) {
      faults.push_back({account.id, account.username, "without its password, which is no PBKDF2-HMAC-SHA256", false});
    }
  }
  report("accounts", faults);
}

void FlaskImport::takeMessages() {
  if (!_options.onlyCheck) {
    for (std::uint64_t after = 0;;) {
      const auto left = _store.left(_import.id, ImportStore::Kind::Message, after, RowsAtOnce);
      if (left.empty()) break;
      storeMessages(_source.messages(left), true);
      after = left.back();
    }
  }
  for (;;) {
    const auto messages = _source.messagesAfter(_import.messagesTo, RowsAtOnce);
    if (!messages.empty()) storeMessages(messages, false);
    if (messages.size() < RowsAtOnce) return;
  }
}

void FlaskImport::storeMessages(const std::vector<FlaskMessage>& messages, bool again) {
  std::vector<TakenMessage> taken;
  std::vector<Fault> found;
  for (const auto& message : messages) {
    if (auto fault = prepare(message, taken)) found.push_back(std::move(*fault));
  }
  std::vector<Fault> faults;
  std::size_t stored = taken.size();
  if (_options.onlyCheck) {
    faults = found;
  } else {
    _database.transaction([&](Poco::Data::Session& session) {
      faults = found;
      if (!again) _store.advance(session, _import, ImportStore::Kind::Message, messages.back().id);
      const auto missing = _messages.store(session, taken);
      stored = taken.size() - missing.size();
      for (const std::uint64_t id : missing) faults.push_back({id, {}, "its account was just erased"});
      std::unordered_set<std::uint64_t> left;
      for (const auto& fault : faults) {
        if (!fault.isLeft) continue;
        left.insert(fault.id);
        _store.addLeft(session, _import.id, ImportStore::Kind::Message, fault.id);
      }
      if (!again) return;
      for (const auto& message : messages) {
        if (!left.contains(message.id)) {
          ImportStore::removeLeft(session, _import.id, ImportStore::Kind::Message, message.id);
        }
      }
    });
  }
  if (!_options.onlyCheck) _pace.rest();
  if (!again) _import.messagesTo = messages.back().id;
  for (const auto& message : taken) note(message.date);
  _result.messages += stored;
  report("messages", faults);
}

std::optional<FlaskImport::Fault> FlaskImport::prepare(const FlaskMessage& message, std::vector<TakenMessage>& taken) {
  auto converted = convert(message, _options.rules);
  if (auto* why = std::get_if<std::string>(&converted)) return Fault{message.id, {}, std::move(*why)};
  auto& one = std::get<TakenMessage>(converted);
  const Party sender = partyOf(message.sender);
  const Party receiver = partyOf(message.receiver);
  if (sender.isErased || receiver.isErased) {
    ++_result.ofErased;
    return std::nullopt;
  }
  if (!sender.problem.empty()) return Fault{message.id, {}, "sid: " + sender.problem};
  if (!receiver.problem.empty()) return Fault{message.id, {}, "rid: " + receiver.problem};
  one.senderId = sender.account;
  one.receiverId = receiver.account;
  taken.push_back(std::move(one));
  if (taken.back().note.empty()) return std::nullopt;
  return Fault{message.id, {}, taken.back().note, false};
}

const FlaskImport::Party& FlaskImport::partyOf(const std::string& name) {
  if (const auto found = _parties.find(name); found != _parties.end()) return found->second;
  if (_parties.size() >= MostParties) _parties.clear();
  Party party;
  const std::uint64_t old = _source.accountOf(name);
  if (old == 0) {
    party.problem = "there is no such account";
  } else if (_options.onlyCheck) {
    if (!_checkedAccounts.contains(old)) party.problem = "its account is not taken over";
  } else if (const auto account = _store.accountOf(_import.id, old)) {
    party.account = *account;
    party.isErased = *account == 0;
  } else {
    party.problem = "its account was not taken over";
  }
  return _parties.emplace(name, std::move(party)).first->second;
}

void FlaskImport::note(support::Millis date) {
  if (date < _newestDate - DisorderMs) ++_result.disordered;
  _newestDate = std::max(_newestDate, date);
}

void FlaskImport::report(std::string_view table, const std::vector<Fault>& faults) {
  for (const auto& fault : faults) {
    ++(fault.isLeft ? _result.left : _result.incomplete);
    JsonLine line;
    line.text("table", table).number("id", static_cast<std::int64_t>(fault.id));
    if (table == "accounts" && support::isUtf8(fault.name)) line.text("username", std::string_view(fault.name));
    _report(line.boolean("taken", !fault.isLeft).text("reason", std::string_view(fault.why)));
  }
}

std::string FlaskImport::newNameOf(const FlaskAccount& account) const {
  const auto found = _options.names.find(account.username);
  return found == _options.names.end() ? account.username : found->second;
}

}  // namespace chat::archive
