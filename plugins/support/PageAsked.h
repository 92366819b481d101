#pragma once

#include <cstdint>
#include <optional>

namespace chat::support {

class Document;

/// Which page of a list a request asks for: `meta.rows` and `meta.before`.
struct PageAsked {
  static constexpr std::uint64_t DefaultRows = 20;
  static constexpr std::uint64_t MaxRows = 100;

  /// Throws AppError 400.
  explicit PageAsked(const Document& document);

  std::uint64_t rows = DefaultRows;
  std::optional<std::uint64_t> before;  ///< only what has a lower message id
};

}  // namespace chat::support
