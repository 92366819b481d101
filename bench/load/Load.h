#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load/Client.h"
#include "load/Options.h"
#include "load/ProcessMeter.h"
#include "load/Wire.h"

namespace bench {

/// One run: connects the clients, lets them work during the warm-up and the measured time, and reports the cost. One
/// thread.
class Load final : private ClientOwner {
 public:
  explicit Load(const Options& options);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// The report, a JSON object. Throws if the clients couldn't connect or the connection of one broke.
  std::string run();

 private:
  void onReady(Client& client) override;
  void onReply(Client& client) override;
  void onClosed(Client& client, bool asked) override;

  void connectAll();
  void closeAll();
  void runFor(double seconds);
  void turn(double longestWait);
  void begin(Client& client, std::size_t times = 1);
  void settleRate();
  void noticeHoldUp();
  void beginDue();
  void beginBroadcast();
  void delivered(Client& client);
  void count(double since);
  // Clock, and CPU of the server, of this program and of the whole machine, in seconds.
  struct Spent {
    double clock;
    double server;
    double own;
    double machine;
  };
  Spent spent() const;
  static std::string shares(const Spent& before, const Spent& after);
  std::uint64_t segments() const;
  std::string measureOperations();
  std::string measureIdle();
  std::string measureWaves();

  const Options _options;
  const Script _script;
  const ProcessMeter _server;
  int _epoll = -1;
  std::vector<std::unique_ptr<Client>> _clients;
  std::vector<Client*> _reopening;
  std::size_t _ready = 0;
  std::size_t _connecting = 0;
  std::size_t _open = 0;
  bool _working = false;   // operations are begun
  bool _counting = false;  // and count
  bool _closing = false;
  double _rate = 0;  // operations a second; 0: each begins when one ends
  double _now = 0;
  double _nextDue = 0;
  std::size_t _nextClient = 0;
  // The generator's own pauses, with a rate: operations that were running then don't count for the server's latency.
  double _lastTurn = 0;
  double _lastCpu = 0;
  double _heldUntil = 0;
  double _heldUp = 0;
  std::uint64_t _operations = 0;
  std::vector<float> _latencies;  // microseconds
  // Broadcasts in flight: when each was sent and how many clients have received it.
  struct Broadcast {
    double since;
    std::size_t received;
  };
  std::vector<Broadcast> _broadcasts;
  std::string _fault;
};

}  // namespace bench
