#include "data/Migrations.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Types.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/Clock.h"
#include "data/SqlScript.h"

namespace chat::data {

namespace {

using namespace Poco::Data::Keywords;

constexpr std::size_t NumberDigits = 4;

bool isMigration(const std::string& name) {
  return name.size() > NumberDigits + 1 && name[NumberDigits] == '_' && name.ends_with(".sql") &&
         std::all_of(name.begin(), name.begin() + NumberDigits, [](unsigned char c) { return std::isdigit(c); });
}

std::string contentOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) throw MigrationError("can't read " + path.string());
  return std::move(content).str();
}

std::string sha256(const std::string& content) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(content.data()), content.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

/// Lets the next server go on, whatever happens; on SQLite this is what commits.
class MigrationLock {
 public:
  MigrationLock(Engine& engine, Poco::Data::Session& session) : _engine(engine), _session(session) {
    _engine.lockMigrations(_session);
  }
  ~MigrationLock() {
    if (_released) return;
    try {
      _engine.unlockMigrations(_session, false);
    } catch (const std::exception&) {
      // The connection is gone, and the lock with it.
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;
  void done() {
    _engine.unlockMigrations(_session, true);
    _released = true;
  }

 private:
  Engine& _engine;
  Poco::Data::Session& _session;
  bool _released = false;
};

}  // namespace

Migrations::Migrations(Engine& engine, std::string owner, const std::filesystem::path& folder)
    : _engine(engine), _owner(std::move(owner)), _program("server") {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!isMigration(name)) continue;
    std::string script = contentOf(entry.path());
    std::string checksum = sha256(script);
    _files.push_back({std::stoi(name.substr(0, NumberDigits)), name, std::move(script), std::move(checksum)});
  }
  if (error) throw MigrationError("can't read the migrations in " + folder.string() + ": " + error.message());
  std::sort(_files.begin(), _files.end(), [](const File& a, const File& b) { return a.number < b.number; });
  for (std::size_t i = 0; i < _files.size(); ++i) {
    if (_files[i].number != static_cast<int>(i) + 1) {
      throw MigrationError(_files[i].name + " in " + folder.string() +
                           ": the numbers of migrations run from 0001 without a gap, each once");
    }
  }
}

Migrations::Migrations(Engine& engine, std::string owner, std::span<const Migration> list)
    : _engine(engine), _owner(std::move(owner)), _program("plugin") {
  for (const auto& migration : list) {
    const auto number = static_cast<int>(_files.size()) + 1;
    std::string script(engine.dialect() == Dialect::MySql ? migration.mysql : migration.sqlite);
    std::string checksum = sha256(script);
    std::string digits = std::to_string(number);
    digits.insert(0, NumberDigits - std::min(NumberDigits, digits.size()), '0');
    _files.push_back({number, digits + "_" + std::string(migration.name), std::move(script), std::move(checksum)});
  }
}

std::vector<std::string> Migrations::apply(Poco::Data::Session& session) {
  MigrationLock lock(_engine, session);
  _engine.createLedgers(session);
  std::vector<std::string> applied;
  for (std::size_t i = countApplied(session); i < _files.size(); ++i) {
    apply(session, _files[i]);
    applied.push_back(_files[i].name);
  }
  lock.done();
  return applied;
}

std::size_t Migrations::countApplied(Poco::Data::Session& session) const {
  std::vector<int> numbers;
  std::vector<std::string> names;
  std::vector<std::string> checksums;
  Poco::Data::Statement select(session);
  select << "SELECT number, name, checksum FROM schema_migration WHERE owner = ? ORDER BY number", bind(_owner),
      into(numbers), into(names), into(checksums);
  select.execute();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i >= _files.size()) {
      throw MigrationError("the database is newer than this " + _program + ": it has the migration " + names[i] +
                           ", which this " + _program + " doesn't know. Start the newer " + _program +
                           ", or restore the backup that was made before it.");
    }
    if (_files[i].checksum != checksums[i]) {
      throw MigrationError("the migration " + _files[i].name + " was changed after it had been applied (as " +
                           names[i] + "). Restore the file, and put the change into a file with the next number.");
    }
  }
  return numbers.size();
}

void Migrations::apply(Poco::Data::Session& session, const File& file) {
  const bool inSteps = _engine.schemaCommits();
  const Step before = inSteps ? stepOf(session, file) : Step{};
  int done = 0;
  for (const std::string& statement : splitStatements(file.script)) {
    const bool isNext = done == before.done;
    if (++done <= before.done) continue;
    if (inSteps) note(session, file, {done - 1, true});
    try {
      applyStatement(session, statement, isNext && before.begun);
    } catch (const std::exception& error) {
      // What became of a statement whose answer was lost is for the next start to find out.
      if (inSteps && _engine.faultOf(error) != Fault::Lost) note(session, file, {done - 1, false});
      throw MigrationError("the migration " + file.name + " failed at its statement " + std::to_string(done) + ": " +
                           describe(error));
    }
  }
  const auto now = base::systemClock().wallTime().time_since_epoch();
  const Poco::Int64 nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  Poco::Data::Statement insert(session);
  insert << "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
      bind(_owner), bind(file.number), bind(file.name), bind(file.checksum), bind(nowMs);
  insert.execute();
}

void Migrations::applyStatement(Poco::Data::Session& session, const std::string& statement, bool mayBeDone) {
  try {
    _engine.execute(session, statement);
  } catch (const std::exception& error) {
    if (!mayBeDone || !_engine.isDoneAlready(error)) throw;
  }
}

Migrations::Step Migrations::stepOf(Poco::Data::Session& session, const File& file) const {
  Step step;
  Poco::Data::Statement select(session);
  select << "SELECT done, begun FROM schema_migration_step WHERE owner = ? AND number = ? AND checksum = ?",
      bind(_owner), bind(file.number), bind(file.checksum), into(step.done), into(step.begun);
  select.execute();
  return step;
}

void Migrations::note(Poco::Data::Session& session, const File& file, const Step& step) const {
  Poco::Data::Statement replace(session);
  replace << "REPLACE INTO schema_migration_step (owner, number, checksum, done, begun) VALUES (?, ?, ?, ?, ?)",
      bind(_owner), bind(file.number), bind(file.checksum), bind(step.done), bind(step.begun);
  replace.execute();
}

}  // namespace chat::data
