#pragma once

#include <Poco/Data/Session.h>

#include <cstdint>
#include <map>
#include <string>

#include "support/Date.h"

namespace chat::archive {

/// The first line of a backup: which migrations had made its tables, by their owners.
struct BackupHeader {
  std::map<std::string, std::uint64_t> schema;

  static BackupHeader ofDatabase(Poco::Data::Session& session);
  std::string line(support::Millis date) const;
  /// Throws AppError 400 if it is no such line, or one of a later format.
  static BackupHeader parse(const std::string& line);
  /// Throws AppError 409 unless this database has the same migrations.
  void requireSame(const BackupHeader& database) const;
};

}  // namespace chat::archive
