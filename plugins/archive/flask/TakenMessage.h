#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "archive/flask/FlaskSource.h"
#include "support/Date.h"

namespace chat::archive {

/// A message of the Flask chat as it is stored here.
struct TakenMessage {
  std::uint64_t oldId = 0;
  std::uint64_t senderId = 0;
  std::uint64_t receiverId = 0;
  support::Millis date = 0;
  std::string text;
  std::string attributes = "{}";
  std::string note;  ///< what was left out; empty for nothing
};

struct ConversionRules {
  std::chrono::minutes offset{0};  ///< how far ahead of UTC dates are that don't say it
  bool keepText = false;           ///< invalid attributes are left out, and the message isn't
};

/// Text, attributes and date, without the accounts; or why it can't be taken over. The attributes are checked as the
/// plugin `messages` does it; sizes only against what the tables hold, since a limit of today isn't one of then.
std::variant<TakenMessage, std::string> convert(const FlaskMessage& message, const ConversionRules& rules);

/// The hash for `account.password_hash`, or nothing if the old one isn't PBKDF2-HMAC-SHA256. `saltIsHex`: the old
/// server used the bytes that the salt's digits mean, not the digits themselves.
std::string passwordHashOf(const FlaskAccount& account, bool saltIsHex);

}  // namespace chat::archive
