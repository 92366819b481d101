#pragma once

#include <string>

#include "http/Exchange.h"

namespace chat::http {

/// Sends every request elsewhere. Thread: any; immutable.
class Redirect final : public RequestHandler {
 public:
  /// `status`: 302 or 308. `location` is a path, relative to the
  /// request's if it doesn't begin with a slash, or a whole URL.
  explicit Redirect(std::string location, int status = 302) : _location(std::move(location)), _status(status) {}
  void handle(Exchange& exchange) override;

 private:
  const std::string _location;
  const int _status;
};

}  // namespace chat::http
