#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "data/Engine.h"

namespace chat::data {

/// The files and the database don't fit together; the text says which file and what to do.
class MigrationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Brings a database up to the numbered files of a folder (`0001_init.sql`, …), once each, in order.
///
/// `schema_migration` remembers owner, number, name and SHA-256 of each file that was applied. Owners have numbers of
/// their own: the server's schema is one, a plugin with its own tables another. Thread: main, at start-up. Rules for
/// the files: schema/README.md.
///
/// Where changes of tables commit one by one (MySQL), `schema_migration_step` says how far the file has come: after a
/// crash in its middle the next start goes on there, and a change that was made, but for the note of it, counts as
/// made.
class Migrations {
 public:
  /// Errors: MigrationError where the folder can't be read, or two files have one number.
  Migrations(Engine& engine, std::string owner, const std::filesystem::path& folder);
  /// Numbered by their places in the list.
  Migrations(Engine& engine, std::string owner, std::span<const Migration> list);

  /// Applies what is missing and says what it was. `session` is not to be used for anything else afterwards.
  /// Errors: MigrationError where an applied file is missing or changed, where the database has newer ones, or where a
  /// statement fails; Unavailable where another server holds the lock for too long.
  std::vector<std::string> apply(Poco::Data::Session& session);
  bool isEmpty() const noexcept { return _files.empty(); }

 private:
  struct File {
    int number;
    std::string name;
    std::string script;
    std::string checksum;
  };
  std::size_t countApplied(Poco::Data::Session& session) const;
  void apply(Poco::Data::Session& session, const File& file);
  void applyStatement(Poco::Data::Session& session, const std::string& statement, bool mayBeDone);
  // How far a file has come whose statements commit one by one.
  struct Step {
    int done = 0;        // so many statements
    bool begun = false;  // the next one too; how it ended isn't known
  };
  Step stepOf(Poco::Data::Session& session, const File& file) const;
  void note(Poco::Data::Session& session, const File& file, const Step& step) const;

  Engine& _engine;
  const std::string _owner;
  const std::string _program;  // whose files they are, for people
  std::vector<File> _files;
};

}  // namespace chat::data
