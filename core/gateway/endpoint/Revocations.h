#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chat::gateway {

/// The credentials that are revoked, for clients that are just being let in: a token that was looked up before it ended
/// must not let anybody in afterwards.
///
/// A chain with one link for each credential. A watch holds the link at which it began, so links before every watch are
/// freed by themselves, and nothing is kept while no client is being let in.
///
/// Thread: one at a time, its loop's.
class Revocations {
  struct Link {
    std::string credential;
    std::string reason;
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
    /// Why the credential was revoked; null if it wasn't. Valid as long as the watch.
    const std::string* find(std::string_view credential) const noexcept {
      for (const auto* link = _begin ? _begin->next.get() : nullptr; link; link = link->next.get()) {
        if (link->credential == credential) return &link->reason;
      }
      return nullptr;
    }

    /// Of nothing.
    Watch() = default;

   private:
    friend class Revocations;
    explicit Watch(std::shared_ptr<const Link> begin) : _begin(std::move(begin)) {}
    std::shared_ptr<const Link> _begin;
  };

  Watch watch() const { return Watch(_last); }
  void add(std::string credential, std::string reason) {
    auto link = std::make_shared<Link>(Link{std::move(credential), std::move(reason), nullptr});
    _last->next = link;
    _last = std::move(link);
  }

 private:
  std::shared_ptr<Link> _last = std::make_shared<Link>();  // of a credential that every watch has behind it
};

}  // namespace chat::gateway
