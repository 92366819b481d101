#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace chat::test {

/// A proxy between a client and a server that cuts their connection once at the client's COMMIT: before the server
/// receives it, or after it has answered, so that the answer is lost. It may refuse connections after that.
class CuttingProxy {
 public:
  enum class Cut {
    No,
    BeforeCommit,
    BeforeCommitUnnoticed,  ///< the server's end stays open, as if the network had swallowed the end
    AfterCommit,
  };

  CuttingProxy(const std::string& host, std::uint16_t port)
      : _server(host, port), _listener(Poco::Net::SocketAddress("127.0.0.1", 0)), _accepting([this] { accept(); }) {}

  ~CuttingProxy() {
    _stopping = true;
    Poco::Net::StreamSocket wake;
    wake.connect(_listener.address());
    _accepting.join();
    {
      std::lock_guard lock(_mutex);
      for (auto& socket : _sockets) end(socket);
    }
    for (std::thread& pump : _pumps) pump.join();
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::uint16_t port() const { return _listener.address().port(); }
  void cutNext(Cut cut) { _cut = cut; }
  /// At the cut all connections end, and new ones are refused until `open`.
  void cutNextAndClose(Cut cut) {
    _closesAtCut = true;
    _cut = cut;
  }
  void open() { _isClosed = false; }
  bool hasCut() const { return _cut == Cut::No; }

 private:
  // COM_QUERY and its text; "READ COMMITTED" isn't a COMMIT.
  static constexpr std::string_view CommitQuery =
      "\x03"
      "COMMIT";

  static void end(Poco::Net::StreamSocket& socket) {
    try {
      socket.shutdown();
    } catch (const Poco::Exception&) {
      // Closed by the other end already.
    }
  }

  void accept() {
    while (true) {
      Poco::Net::StreamSocket client = _listener.acceptConnection();
      if (_stopping) return;
      if (_isClosed) continue;
      Poco::Net::StreamSocket server(_server);
      std::lock_guard lock(_mutex);
      _sockets.push_back(client);
      _sockets.push_back(server);
      _pumps.emplace_back([this, client, server]() mutable { exchange(client, server); });
    }
  }

  // In MySQL's protocol requests and answers alternate, so one thread is enough for both directions.
  void exchange(Poco::Net::StreamSocket& client, Poco::Net::StreamSocket& server) {
    std::array<char, 65536> buffer;
    try {
      while (true) {
        const bool fromServer = readable(server, client);
        auto& source = fromServer ? server : client;
        auto& target = fromServer ? client : server;
        const int size = source.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (size <= 0) break;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
        Cut cut = Cut::No;
        if (!fromServer && bytes.ends_with(CommitQuery)) cut = _cut.exchange(Cut::No);
        if (cut != Cut::No && _closesAtCut) _isClosed = true;
        if (cut == Cut::BeforeCommitUnnoticed) return end(client);
        if (cut == Cut::BeforeCommit) break;
        send(target, bytes);
        if (cut == Cut::AfterCommit) {
          server.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
          break;
        }
      }
    } catch (const Poco::Exception&) {
      // One side has closed, so the other one is closed too.
    }
    if (_isClosed) endAll();
    end(client);
    end(server);
  }

  void endAll() {
    std::lock_guard lock(_mutex);
    for (auto& socket : _sockets) end(socket);
  }

  static bool readable(Poco::Net::StreamSocket& server, Poco::Net::StreamSocket& client) {
    Poco::Net::Socket::SocketList read{server, client};
    Poco::Net::Socket::SocketList none;
    Poco::Net::Socket::SocketList errors;
    Poco::Net::Socket::select(read, none, errors, Poco::Timespan(600, 0));
    if (read.empty()) throw Poco::TimeoutException();
    return read.front() == server;
  }

  static void send(Poco::Net::StreamSocket& target, std::string_view bytes) {
    while (!bytes.empty()) {
      bytes.remove_prefix(static_cast<std::size_t>(target.sendBytes(bytes.data(), static_cast<int>(bytes.size()))));
    }
  }

  const Poco::Net::SocketAddress _server;
  Poco::Net::ServerSocket _listener;
  std::atomic<bool> _stopping = false;
  std::atomic<Cut> _cut = Cut::No;
  std::atomic<bool> _closesAtCut = false;
  std::atomic<bool> _isClosed = false;
  std::mutex _mutex;
  std::vector<Poco::Net::StreamSocket> _sockets;
  std::vector<std::thread> _pumps;
  std::thread _accepting;
};

}  // namespace chat::test
