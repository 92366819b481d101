#pragma once

#include <cstdint>
#include <optional>

namespace chat::support {

class Document;

/// The page of a list that a request asks for: `meta.rows` and `meta.before`.
struct PageRequest {
  static constexpr std::uint64_t DefaultRows = 20;
  static constexpr std::uint64_t MaxRows = 100;

  /// Throws AppError 400.
  explicit PageRequest(const Document& document);

  std::uint64_t rows = DefaultRows;
  std::optional<std::uint64_t> before;  ///< only entries with a lower message id
};

}  // namespace chat::support
