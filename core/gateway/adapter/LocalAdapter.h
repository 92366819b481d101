#pragma once

#include <vector>

#include "gateway/adapter/Adapter.h"
#include "gateway/adapter/LoopSockets.h"
#include "gateway/emission/EmissionOrder.h"
#include "gateway/options/Options.h"
#include "plugin/table/TablePublication.h"

namespace chat::gateway {

/// The sockets of this process: brings to each of its loops what is for it, at once on the caller's own loop, by a
/// posted task to the others. Each loop is an answerer. Thread: any, once the loops are there.
class LocalAdapter final : public Adapter {
 public:
  /// `order` is null if connections aren't recovered.
  LocalAdapter(const Options& options, EmissionOrder* order) noexcept : _options(options), _order(order) {}

  /// Before the loops run: where it is found whether plugins want to see what leaves.
  void setTables(const plugin::TablePublication& tables) noexcept { _tables = &tables; }
  /// Before the loops run, in their order.
  void add(LoopSockets& sockets) { _loops.push_back(&sockets); }

  void emit(const Emit& emit) override;
  void carryOut(Command command) override;
  std::size_t answerers() const noexcept override { return _loops.size(); }
  void ask(Ask question, const std::shared_ptr<AckRound>& round) override;
  void ask(Fetch question, const std::shared_ptr<FetchRound>& round) override;
  void ask(Count question, const std::shared_ptr<CountRound>& round) override;
  void ask(Online question, const std::shared_ptr<OnlineRound>& round) override;
  void ask(Credentials question, const std::shared_ptr<CredentialsRound>& round) override;

 private:
  template <typename Call>
  void onEach(const Call& call);
  template <typename Question, typename RoundOf>
  void askEach(Question question, const std::shared_ptr<RoundOf>& round);
  void emitInOrder(std::shared_ptr<Emission> emission, const Emit& emit);
  void carryOutOrdered();

  const Options& _options;
  EmissionOrder* const _order;
  const plugin::TablePublication* _tables = nullptr;
  std::vector<LoopSockets*> _loops;
};

}  // namespace chat::gateway
