#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

/// One TCP connection of a client, non-blocking. What the kernel doesn't take waits.
class Link {
 public:
  Link() = default;
  ~Link() { close(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Begins to connect, from one of several loopback addresses so that no address runs out of ports; from then on
  /// `epoll` reports `tag`. Throws std::system_error.
  void open(int epoll, std::string_view host, std::uint16_t port, void* tag);
  bool isOpen() const noexcept { return _descriptor >= 0; }
  void send(std::string_view bytes);
  /// Sends what waits. False: the connection is broken.
  bool flush();
  /// While one exists, bytes that are sent wait; its destructor sends them in one write.
  class Gathering {
   public:
    explicit Gathering(Link& link) noexcept : _link(link), _outer(std::exchange(link._gathers, true)) {}
    ~Gathering() {
      _link._gathers = _outer;
      if (!_outer) _link.sendGathered();
    }
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

   private:
    Link& _link;
    const bool _outer;
  };
  /// TCP segments with data that have come: how often the peer wrote, as long as its writes fit into one each.
  std::uint64_t segments() const noexcept;
  /// Reads once and gives `onBytes(view) -> used` all that came and wasn't used yet. False: the connection is over.
  template <typename OnBytes>
  bool receive(OnBytes&& onBytes);
  /// Frees the descriptor. `reset`: without TIME_WAIT, for a connection that neither side has closed yet.
  void close(bool reset = false) noexcept;

 private:
  long read(char* to, std::size_t size) noexcept;
  void wantWritable(bool wanted) noexcept;
  void sendGathered();

  int _epoll = -1;
  int _descriptor = -1;
  void* _tag = nullptr;
  bool _waits = false;
  bool _gathers = false;
  std::string _out;
  std::string _in;
};

template <typename OnBytes>
bool Link::receive(OnBytes&& onBytes) {
  static thread_local char buffer[256 * 1024];
  const long count = read(buffer, sizeof buffer);
  if (count <= 0) return count < 0;
  std::string_view bytes(buffer, static_cast<std::size_t>(count));
  if (!_in.empty()) bytes = _in.append(bytes);
  const std::size_t used = onBytes(bytes);
  if (!isOpen()) return true;
  if (_in.empty()) {
    _in.assign(bytes.substr(used));
  } else {
    _in.erase(0, used);
  }
  return true;
}

}  // namespace bench
