#include "http/Router.h"

#include <utility>

namespace chat::http {

void Router::add(Match match, std::string path, std::vector<std::string> allowed,
                 std::shared_ptr<RequestHandler> handler) {
  _routes.push_back({match, std::move(path), std::move(allowed), std::move(handler)});
}

const Router::Route* Router::find(std::string_view path) const noexcept {
  const Route* longest = nullptr;
  for (const auto& route : _routes) {
    if (route.match == Match::Exact) {
      if (path == route.path) return &route;
    } else if (path.starts_with(route.path) && (!longest || route.path.size() > longest->path.size())) {
      longest = &route;
    }
  }
  return longest;
}

}  // namespace chat::http
