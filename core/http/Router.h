#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/Exchange.h"

namespace chat::http {

/// Maps paths to handlers. Filled at start, then frozen and read by every loop without a lock.
class Router {
 public:
  enum class Match { Exact, Prefix };
  /// `allowed`: the methods, e.g. `{"GET", "HEAD"}`; `OPTIONS` is answered with
  /// them, others get 405. Empty: the handler checks the method itself.
  void add(Match match, std::string path, std::vector<std::string> allowed, std::shared_ptr<RequestHandler> handler);
  struct Route {
    Match match;
    std::string path;
    std::vector<std::string> allowed;
    std::shared_ptr<RequestHandler> handler;
  };
  /// The exact route, otherwise the one with the longest prefix; null if none matches.
  const Route* find(std::string_view path) const noexcept;

 private:
  std::vector<Route> _routes;
};

}  // namespace chat::http
