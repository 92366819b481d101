#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "plugin/api/Export.h"

namespace chat::plugin {

/// A refusal of which the client is told. A handler throws it, and the server answers with the document
/// `{"errors":{"code":"<code>","detail":"<detail>"}}` and status 2 for the codes 401 and 403, otherwise status 1. Any
/// other exception is a fault: it is logged with an id, and the client is answered 500 with that id and nothing else.
class CHAT_PLUGIN_API AppError : public std::exception {
 public:
  /// `code` is one of HTTP's (400, 401, …). `detail` is for people and must not have secrets in it.
  AppError(int code, std::string detail) : _code(code), _detail(std::move(detail)) {}
  AppError(int code, std::string detail, std::uint32_t retryAfterSeconds)
      : _code(code), _detail(std::move(detail)), _retryAfterSeconds(retryAfterSeconds) {}
  ~AppError() override;

  int code() const noexcept { return _code; }
  const std::string& detail() const noexcept { return _detail; }
  /// The client gets it as `meta.retry_after`.
  std::optional<std::uint32_t> retryAfterSeconds() const noexcept { return _retryAfterSeconds; }
  const char* what() const noexcept override { return _detail.c_str(); }

 private:
  int _code;
  std::string _detail;
  std::optional<std::uint32_t> _retryAfterSeconds;
};

}  // namespace chat::plugin
