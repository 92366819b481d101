#include "support/MessageTraits.h"

#include "support/ExactJson.h"

namespace chat::support {

MessageTraits MessageTraits::of(std::u32string_view folded, std::string_view attributes) {
  MessageTraits traits;
  if (attributes.size() > 2) {
    traits.image = memberText(attributes, "image").has_value();
    traits.video = memberText(attributes, "video").has_value();
  }
  for (const std::u32string_view link : {U"http://", U"https://", U"www."}) {
    traits.link = traits.link || folded.find(link) != std::u32string_view::npos;
  }
  return traits;
}

}  // namespace chat::support
