#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/JsonText.h"
#include "base/JsonTokens.h"
#include "socketio/MsgpackCodec.h"
#include "socketio/PacketCodec.h"
#include "socketio/Placeholders.h"

namespace chat::socketio {
namespace {

using Json = nlohmann::ordered_json;  // members stay in their order

/// Builds the document to encode from JSON text, which was checked before. Like JSON.parse, and unlike nlohmann's own
/// reader, it takes numbers too large for a double (they become infinite) and lone surrogates (U+FFFD). A key that
/// comes twice is written twice, so that objects with many keys need no search for each key; the reader keeps the last
/// one.
class Tree {
 public:
  explicit Tree(std::span<const std::string_view> attachments) : _attachments(attachments) {}

  Json of(std::string_view json) {
    using Kind = base::JsonTokens::Kind;
    base::JsonTokens tokens(json);
    for (auto kind = tokens.next(); kind != Kind::End; kind = tokens.next()) {
      switch (kind) {
        case Kind::OpenObject:
          open(Json::object());
          break;
        case Kind::OpenArray:
          open(Json::array());
          break;
        case Kind::CloseObject:
          closeObject();
          break;
        case Kind::CloseArray:
          _open.pop_back();
          break;
        case Kind::Key:
          _key = base::unescapeJson(tokens.token);
          _open.back().placeholder.key(tokens.token);
          break;
        case Kind::String:
          add(base::unescapeJson(tokens.token), [](Placeholder& object) { object.other(); });
          break;
        case Kind::Number:
          add(number(tokens.token), [&](Placeholder& object) { object.number(tokens.token); });
          break;
        default:
          add(literal(tokens.token), [&](Placeholder& object) { object.literal(tokens.token); });
          break;
      }
    }
    return std::move(_root);
  }

 private:
  struct Open {
    Json* value;  // stays valid: its container doesn't grow while this one is open
    Placeholder placeholder;
  };

  template <typename Tell>
  Json& add(Json value, Tell&& tell) {
    if (_open.empty()) return _root = std::move(value);
    auto& [parent, placeholder] = _open.back();
    tell(placeholder);
    if (parent->is_array()) {
      parent->push_back(std::move(value));
      return parent->back();
    }
    auto& members = parent->get_ref<Json::object_t&>();
    return static_cast<Json::object_t::Container&>(members).emplace_back(std::move(_key), std::move(value)).second;
  }
  void open(Json container) {
    Json& added = add(std::move(container), [](Placeholder& object) { object.other(); });
    _open.push_back({&added, {}});
  }
  void closeObject() {
    const auto [value, placeholder] = _open.back();
    _open.pop_back();
    const auto index = placeholder.index(_attachments.size());
    if (!index) return;
    const auto bytes = _attachments[*index];
    *value = Json::binary({bytes.begin(), bytes.end()});
  }
  static Json literal(std::string_view text) { return text == "null" ? Json() : Json(text == "true"); }
  static Json number(std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) {
      const char* const end = text.data() + text.size();
      std::uint64_t positive = 0;
      if (std::from_chars(text.data(), end, positive).ec == std::errc{}) return positive;
      std::int64_t negative = 0;
      if (text.front() == '-' && std::from_chars(text.data(), end, negative).ec == std::errc{}) return negative;
    }
    return jsonNumber(text);
  }

  const std::span<const std::string_view> _attachments;
  Json _root;
  std::string _key;
  std::vector<Open> _open;
};

}  // namespace

std::string encodeMsgpack(std::string_view text, std::span<const std::string_view> attachments) {
  const auto parsed = parsePacket(text, std::numeric_limits<std::size_t>::max());
  if (!parsed) return {};
  const PacketView& view = parsed.value();
  PacketType type = view.type;
  if (type == PacketType::BinaryEvent) type = PacketType::Event;
  if (type == PacketType::BinaryAck) type = PacketType::Ack;

  Json packet;
  packet["type"] = static_cast<unsigned>(type);
  packet["nsp"] = view.nsp;
  if (view.ackId) packet["id"] = *view.ackId;
  if (!view.json.empty()) packet["data"] = Tree(attachments).of(view.json);
  const auto bytes = Json::to_msgpack(packet);
  return {bytes.begin(), bytes.end()};
}

}  // namespace chat::socketio
