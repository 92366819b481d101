#include "support/Attributes.h"

#include "support/Document.h"
#include "support/ExactJson.h"
#include "support/Url.h"

namespace chat::support {
namespace {

/// What Socket.IO puts in the place of a binary value; the value itself isn't in the document.
bool isPlaceholder(const boost::json::object& object) {
  const auto* mark = object.if_contains("_placeholder");
  return mark != nullptr && mark->is_bool() && mark->get_bool();
}

void requireStorable(const Member& member, const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    if (isPlaceholder(*object)) member.refuse("must not be a binary value");
    for (const auto& entry : *object) {
      const Member inner(&entry.value(), member.name() + "." + std::string(entry.key()));
      if (entry.key() == "url") {
        if (!isHttpUrl(inner.text())) inner.refuse("must be an http or https URL with a host");
      } else {
        requireStorable(inner, entry.value());
      }
    }
  } else if (const auto* array = value.if_array()) {
    std::size_t index = 0;
    for (const auto& element : *array) {
      requireStorable(Member(&element, member.name() + "[" + std::to_string(index++) + "]"), element);
    }
  }
}

}  // namespace

std::string readAttributes(const Document& document, const AttributeLimits& limits) {
  const Member member = document.data().member("message").member("attributes");
  if (!member.isPresent()) return "{}";
  const boost::json::object& attributes = member.object();
  // Checked before anything walks through them.
  if (depthOf(member.json()) > limits.depth) {
    member.refuseAsTooLarge("must not be nested more than " + std::to_string(limits.depth) + " levels deep");
  }
  for (const char* name : {"image", "video"}) {
    if (attributes.contains(name)) (void)member.member(name).object();
  }
  requireStorable(member, member.json());

  // The parsed value can't be written back, since it has lost the digits of numbers beyond 64 bits.
  std::string_view text = document.text();
  for (const char* name : {"data", "message", "attributes"}) text = memberText(text, name).value();
  std::string json = compactJson(text);
  if (json.size() > limits.bytes) {
    member.refuseAsTooLarge("must have at most " + std::to_string(limits.bytes) + " bytes as JSON");
  }
  return json;
}

}  // namespace chat::support
