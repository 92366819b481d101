#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::support {

class Document;

struct AttributeLimits {
  std::size_t bytes = 16 * 1024;
  std::size_t depth = 32;
};

/// The member `data.message.attributes` as it is stored: the client's JSON in its shortest form, numbers as written;
/// `{}` for none. Throws AppError: 400 if they or their `image` or `video` are not objects, or if they have, at any
/// depth, a `url` that is not an http(s) URL, or a binary value; 413 over a limit.
std::string readAttributes(const Document& document, const AttributeLimits& limits);

}  // namespace chat::support
