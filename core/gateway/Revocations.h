#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chat::gateway {

/// The credentials that are revoked, for whoever is on the way in meanwhile: a token that was looked up before it ended
/// must not bring anybody in after.
///
/// A chain with one link for each, of which a watch holds the place where it began: what is before every watch goes by
/// itself, and with nobody on the way in nothing is kept.
///
/// Thread: one at a time, its loop's.
class Revocations {
  struct Link {
    std::string credential;
    std::shared_ptr<Link> next;

    ~Link() {
      // One after the other: a long chain would else end in as many calls within each other.
      for (auto link = std::move(next); link && link.use_count() == 1;) link = std::exchange(link->next, nullptr);
    }
  };

 public:
  /// Knows what is revoked from its making on. A value; may outlive the revocations.
  class Watch {
   public:
    bool has(std::string_view credential) const noexcept {
      for (const auto* link = _begin->next.get(); link; link = link->next.get()) {
        if (link->credential == credential) return true;
      }
      return false;
    }

   private:
    friend class Revocations;
    explicit Watch(std::shared_ptr<const Link> begin) : _begin(std::move(begin)) {}
    std::shared_ptr<const Link> _begin;
  };

  Watch watch() const { return Watch(_last); }
  void add(std::string credential) {
    auto link = std::make_shared<Link>(Link{std::move(credential), nullptr});
    _last->next = link;
    _last = std::move(link);
  }

 private:
  std::shared_ptr<Link> _last = std::make_shared<Link>();  // of a credential that every watch has behind it
};

}  // namespace chat::gateway
