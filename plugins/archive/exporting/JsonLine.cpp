#include "archive/exporting/JsonLine.h"

#include "support/Date.h"
#include "support/ExactJson.h"

namespace chat::archive {

JsonLine& JsonLine::raw(std::string_view name, std::string_view json) {
  if (!_members.empty()) _members += ',';
  support::appendJsonString(_members, name);
  _members += ':';
  _members += json;
  return *this;
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  std::string json;
  support::appendJsonString(json, value);
  return raw(name, json);
}

JsonLine& JsonLine::date(std::string_view name, std::int64_t millis) {
  return text(name, support::formatDate(millis));
}

}  // namespace chat::archive
