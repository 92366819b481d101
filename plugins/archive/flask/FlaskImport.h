#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "archive/exporting/JsonLine.h"
#include "archive/flask/FlaskSource.h"
#include "archive/flask/ImportStore.h"
#include "archive/flask/TakenMessages.h"
#include "archive/removal/Pace.h"
#include "base/Clock.h"
#include "data/Database.h"

namespace chat::archive {

/// Takes over the accounts and messages of the Flask chat in batches, each of which is one transaction with the note
/// how far it has come. A row that can't be taken over is reported, and tried again when the import runs again. Memory:
/// a batch and some thousand names. Thread: one that may block.
class FlaskImport {
 public:
  struct Options {
    ConversionRules rules;
    bool saltIsHex = false;
    bool markRead = false;
    bool intoUsed = false;                     ///< although the chat has messages already
    bool onlyCheck = false;                    ///< stores nothing; keeps all names in memory
    std::map<std::string, std::string> names;  ///< new names of accounts, by the old ones
  };
  struct Result {
    std::uint64_t accounts = 0;
    std::uint64_t messages = 0;
    std::uint64_t left = 0;        ///< rows that were not taken over, now or before
    std::uint64_t incomplete = 0;  ///< taken over without a part
    std::uint64_t ofErased = 0;    ///< messages of accounts that were erased here since
    std::uint64_t disordered = 0;  ///< messages with a date clearly before that of an earlier one
  };
  /// Told of each row that wasn't taken over, or not completely.
  using Report = std::function<void(const JsonLine& line)>;

  FlaskImport(data::Database& database, FlaskSource& source, const base::Clock& clock, Options options, Report report)
      : _database(database),
        _source(source),
        _clock(clock),
        _options(std::move(options)),
        _report(std::move(report)),
        _store(database),
        _messages(database, _options.markRead) {}

  Result run();

 private:
  /// Of the account that a message names.
  struct Party {
    std::uint64_t account = 0;
    std::string problem;
    bool isErased = false;
  };
  /// A row that isn't taken over, or not completely.
  struct Fault {
    std::uint64_t id = 0;
    std::string name;  ///< of an account
    std::string why;
    bool isLeft = true;
  };

  void begin();
  void takeAccounts();
  void storeAccounts(const std::vector<FlaskAccount>& accounts, bool again);
  std::optional<Fault> storeAccount(Poco::Data::Session& session, const FlaskAccount& account);
  std::string problemWith(const std::string& name, Poco::Data::Session& session);
  void checkAccounts(const std::vector<FlaskAccount>& accounts);
  void takeMessages();
  void storeMessages(const std::vector<FlaskMessage>& messages, bool again);
  std::optional<Fault> prepare(const FlaskMessage& message, std::vector<TakenMessage>& taken);
  const Party& partyOf(const std::string& name);
  void note(support::Millis date);
  void report(std::string_view table, const std::vector<Fault>& faults);
  std::string newNameOf(const FlaskAccount& account) const;

  data::Database& _database;
  FlaskSource& _source;
  const base::Clock& _clock;
  const Options _options;
  const Report _report;
  ImportStore _store;
  TakenMessages _messages;
  ImportStore::Import _import;
  Result _result;
  std::unordered_map<std::string, Party> _parties;
  support::Millis _newestDate = 0;
  Pace _pace{std::chrono::milliseconds(20)};           ///< shorter than usual: it is best done before the chat is used
  std::unordered_set<std::string> _checkedKeys;        // for a check only
  std::unordered_set<std::uint64_t> _checkedAccounts;  // likewise: those that would be taken over
};

}  // namespace chat::archive
