#pragma once

#include <string_view>

namespace chat::support {

/// What a message has beside its text, for `has:` in a search.
struct MessageTraits {
  bool image = false;  ///< an attribute `image`
  bool video = false;  ///< an attribute `video`
  bool link = false;   ///< its text has `http://`, `https://` or `www.`

  /// `folded` is foldForSearch() of the text, `attributes` a JSON object as it is stored.
  static MessageTraits of(std::u32string_view folded, std::string_view attributes);
  /// Whether this has all that `wanted` has.
  bool include(const MessageTraits& wanted) const noexcept {
    return (image || !wanted.image) && (video || !wanted.video) && (link || !wanted.link);
  }
  bool areNone() const noexcept { return !image && !video && !link; }
};

}  // namespace chat::support
