#include "support/Document.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

#include "plugin/api/AppError.h"

namespace chat::support {
namespace {

boost::json::value parse(std::string_view text) {
  if (text.empty()) throw plugin::AppError(400, "A document is missing: the event's first argument must be an object");
  boost::json::parse_options options;
  options.max_depth = Document::MaxDepth;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error == boost::json::error::too_deep) {
    throw plugin::AppError(413,
                           "The document is nested more than " + std::to_string(Document::MaxDepth) + " levels deep");
  }
  if (error) throw plugin::AppError(400, "The document is not valid JSON: " + error.message());
  if (!value.is_object()) throw plugin::AppError(400, "The document must be an object");
  return value;
}

}  // namespace

Member Member::member(std::string_view name) const {
  std::string path = _name.empty() ? std::string(name) : _name + "." + std::string(name);
  const boost::json::value* found = isPresent() ? object().if_contains(name) : nullptr;
  return Member(found, std::move(path));
}

const boost::json::value& Member::json() const {
  if (_value == nullptr) refuse("is missing");
  return *_value;
}

const boost::json::object& Member::object() const {
  const boost::json::object* object = json().if_object();
  if (object == nullptr) refuse("must be an object");
  return *object;
}

std::string_view Member::text() const {
  const boost::json::string* text = json().if_string();
  if (text == nullptr) refuse("must be a string");
  return {text->data(), text->size()};
}

bool Member::boolean() const {
  const bool* boolean = json().if_bool();
  if (boolean == nullptr) refuse("must be true or false");
  return *boolean;
}

std::uint64_t Member::integer(std::uint64_t min, std::uint64_t max) const {
  const boost::json::value& number = json();
  const auto refuseRange = [&] {
    refuse("must be an integer from " + std::to_string(min) +
           (max == std::uint64_t(-1) ? std::string() : " to " + std::to_string(max)));
  };
  std::uint64_t result = 0;
  if (const auto* whole = number.if_int64()) {
    if (*whole < 0) refuseRange();
    result = static_cast<std::uint64_t>(*whole);
  } else if (const auto* large = number.if_uint64()) {
    result = *large;
  } else if (const auto* real = number.if_double(); real != nullptr && *real >= 0 && std::trunc(*real) == *real) {
    // Beyond 64 bits the value makes no difference: saturate.
    result = *real < 18446744073709549568.0 ? static_cast<std::uint64_t>(*real) : std::uint64_t(-1);
  } else {
    refuseRange();
  }
  if (result < min || result > max) refuseRange();
  return result;
}

void Member::refuse(std::string_view why) const {
  throw plugin::AppError(400, _name + " " + std::string(why));
}

void Member::refuseAsTooLarge(std::string_view why) const {
  throw plugin::AppError(413, _name + " " + std::string(why));
}

Document::Document(std::string_view text) : _text(text), _value(parse(text)) {}

void Document::requireType(std::string_view type) const {
  const Member member = data().member("type");
  if (!data().isPresent()) data().refuse("is missing");
  if (member.text() != type) member.refuse("must be \"" + std::string(type) + "\"");
}

std::size_t depthOf(const boost::json::value& value) noexcept {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) deepest = std::max(deepest, depthOf(member.value()));
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) deepest = std::max(deepest, depthOf(element));
  } else {
    return 0;
  }
  return deepest + 1;
}

}  // namespace chat::support
