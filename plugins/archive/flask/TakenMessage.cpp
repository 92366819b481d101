#include "archive/flask/TakenMessage.h"

#include <Poco/Base64Decoder.h>
#include <Poco/StreamCopier.h>

#include <boost/json/parse.hpp>
#include <optional>
#include <sstream>

#include "archive/flask/FlaskDate.h"
#include "base/JsonText.h"
#include "plugin/api/AppError.h"
#include "support/Attributes.h"
#include "support/Document.h"
#include "support/ImportedPassword.h"
#include "support/Text.h"

namespace chat::archive {
namespace {

constexpr std::size_t MostCharacters = 16'383;
constexpr support::AttributeLimits Limits{65'535, 256};

/// Python's `json.dumps` of a text that was JSON already gives a string with JSON in it.
std::string unwrapped(std::string text) {
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  if (!error && value.is_string()) return std::string(value.get_string());
  return text;
}

std::string attributesOf(const std::string& column) {
  if (!support::isUtf8(column)) throw plugin::AppError(400, "attributes are no UTF-8");
  const std::string text = unwrapped(column);
  const std::size_t begin = base::skipJsonSpace(text);
  if (begin == text.size() || text == "null") return "{}";
  // One value: otherwise it could close the document around it.
  const std::size_t end = base::skipJsonValue(text, begin);
  if (end == std::string::npos || base::skipJsonSpace(text, end) != text.size()) {
    throw plugin::AppError(400, "attributes are no JSON");
  }
  const std::string document = R"({"data":{"message":{"attributes":)" + text + "}}}";
  return support::readAttributes(support::Document(document), Limits);
}

std::string reasonOf(const plugin::AppError& error) {
  const std::string detail(error.detail());
  constexpr std::string_view Prefix = "data.message.";
  return detail.starts_with(Prefix) ? detail.substr(Prefix.size()) : detail;
}

std::optional<std::string> fromBase64(const std::string& text) {
  std::istringstream coded(text);
  Poco::Base64Decoder decoder(coded);
  std::string bytes;
  try {
    Poco::StreamCopier::copyToString(decoder, bytes);
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::variant<TakenMessage, std::string> convert(const FlaskMessage& message, const ConversionRules& rules) {
  TakenMessage taken;
  taken.oldId = message.id;
  if (message.isTooLong) return "its text or its attributes are too long";
  taken.text = message.text.value_or("");
  if (!support::isUtf8(taken.text)) return "its text is no UTF-8";
  if (support::countCharacters(taken.text) > MostCharacters) {
    return "its text has more than " + std::to_string(MostCharacters) + " characters";
  }
  const auto date = message.date ? flaskDate(*message.date, rules.offset) : std::nullopt;
  if (!date) return message.date ? "its date can't be read" : "it has no date";
  taken.date = *date;
  try {
    if (message.attributes) taken.attributes = attributesOf(*message.attributes);
  } catch (const plugin::AppError& error) {
    if (!rules.keepText || taken.text.empty()) return reasonOf(error);
    taken.note = "without its attributes: " + reasonOf(error);
  }
  if (taken.text.empty() && taken.attributes == "{}") return "it has neither a text nor attributes";
  return taken;
}

std::string passwordHashOf(const FlaskAccount& account, bool saltIsHex) {
  using support::ImportedPassword;
  const auto digest = account.password.size() == ImportedPassword::DigestBytes ? std::optional(account.password)
                      : account.password.size() == 2 * ImportedPassword::DigestBytes
                          ? support::fromHex(account.password)
                          : fromBase64(account.password);
  const auto salt = saltIsHex ? support::fromHex(account.salt) : std::optional(account.salt);
  if (!digest || digest->size() != ImportedPassword::DigestBytes || !salt || salt->empty() ||
      salt->size() > ImportedPassword::MaxSaltBytes) {
    return {};
  }
  return ImportedPassword{ImportedPassword::UsualRounds, *salt, *digest}.text();
}

}  // namespace chat::archive
