#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat::gateway {

/// What a client has received, as the last argument of each event tells it: the number of the last emit to many, and of
/// those to this socket alone their count. `17`, or `17.3.TAG`; the tag names the session that the count belongs to.
struct RecoveryOffset {
  std::uint64_t sequence = 0;
  std::uint64_t direct = 0;  ///< 0: the event was an emit to many

  /// As an event's argument, `"17"` with its quotation marks.
  static std::string argument(std::uint64_t sequence);
  static std::string argument(std::uint64_t sequence, std::uint64_t direct, std::string_view tag);
  /// Nothing for what is no offset of a session with that tag.
  static std::optional<RecoveryOffset> parse(std::string_view text, std::string_view tag) noexcept;
};

/// The arguments of an event with one more at their end.
inline std::string withArgument(std::string_view args, std::string_view more) {
  std::string joined;
  joined.reserve(args.size() + 1 + more.size());
  joined.append(args);
  if (!args.empty()) joined.push_back(',');
  joined.append(more);
  return joined;
}

}  // namespace chat::gateway
