#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>

#include "PluginRig.h"

namespace chat::gateway {

namespace {

using namespace std::chrono_literals;

/// Lets everybody in who gives a name (`{"name":"ann"}`), with the credential `token-NAME`; tells who loses the
/// identity.
class Accounts final : public plugin::ConnectHandler, public plugin::IdentityEndHandler {
 public:
  void connect(plugin::Admission& admission) override {
    const std::string_view auth = admission.auth();
    if (auth == "{}") return;
    const std::string name(auth.substr(9, auth.size() - 11));
    plugin::Identity identity{{name}, name, "token-" + name, {}};
    if (lifetime) identity.expires = std::chrono::system_clock::now() + *lifetime;
    admission.setIdentity(std::move(identity));
    if (!isDoorOpen) return;
    lookedUp.set_value();
    isDoorOpen->wait();
  }
  void identityEnded(const plugin::Caller& caller, const plugin::Identity& was, std::string_view reason,
                     plugin::Reply& reply) override {
    const std::string now = caller.identity() ? "somebody" : "nobody";
    reply.answer(0, "1");
    reply.acknowledge(0, "1");
    reply.emit("ended", '"' + was.credential + ' ' + std::string(reason) + ' ' + now + '"');
    reply.leave("members");
  }

  std::optional<std::chrono::milliseconds> lifetime;
  std::promise<void> lookedUp;
  std::optional<std::shared_future<void>> isDoorOpen;
};

constexpr auto Ann = R"({"name":"ann"})";
constexpr auto Bob = R"({"name":"bob"})";

std::string told(const std::string& text) {
  return R"(2["ended",")" + text + R"("])";
}

void whoAmI(const plugin::Request& request, plugin::Reply& reply) {
  const auto* who = request.caller().identity();
  reply.acknowledgeArgs('"' + (who ? who->credential : std::string("nobody")) + '"');
}

}  // namespace

class IdentityEndsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(IdentityEndsTest);
  CPPUNIT_TEST(whoRestsOnARevokedCredentialIsToldOnEveryLoop);
  CPPUNIT_TEST(theReasonIsHandedOn);
  CPPUNIT_TEST(whoAskedForItIsNotTold);
  CPPUNIT_TEST(whoChangesTheIdentityItselfIsNotTold);
  CPPUNIT_TEST(whoIsSilentIsToldOfTheExpiry);
  CPPUNIT_TEST(anotherIdentityHasAnotherEnd);
  CPPUNIT_TEST(whoIsOnTheWayInIsTold);
  CPPUNIT_TEST(aCredentialThatEndsWhileAHandlerLooksItUpBringsNobodyIn);
  CPPUNIT_TEST(aHandlerThatFailsChangesNothing);
  CPPUNIT_TEST_SUITE_END();

  void load(PluginRig& rig, Accounts& accounts) {
    rig.load({"whoami", "login", "become"},
             [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
               registrar.onConnect(0, accounts);
               registrar.onIdentityEnd(accounts);
               plugin.on(registrar, "whoami", plugin::Execution::Inline, whoAmI);
               plugin.on(registrar, "become", plugin::Execution::Inline, [](const auto&, plugin::Reply& reply) {
                 reply.setIdentity(plugin::Identity{{"zoe"}, "zoe", "token-zoe", {}});
                 reply.acknowledgeArgs("");
               });
               plugin.on(registrar, "login", plugin::Execution::Worker, [&rig](const auto&, plugin::Reply& reply) {
                 reply.setIdentity(plugin::Identity{{"late"}, "late", "token-late", {}});
                 reply.acknowledgeArgs("");
                 rig.gateway.emitter().endCredential("token-late", "why", {});
               });
             });
  }
  void expectNobody(PluginRig& rig, PluginRig::Session& session, std::size_t sent) {
    rig.send(session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["nobody"])"), rig.wait(session, sent + 1)[sent]);
  }

  void whoRestsOnARevokedCredentialIsToldOnEveryLoop() {
    Accounts accounts;
    PluginRig rig;
    load(rig, accounts);
    auto one = rig.connect(0, Ann);
    auto two = rig.connect(1, Ann);
    auto other = rig.connect(0, Bob);
    rig.gateway.emitter().revoke("token-ann");
    for (auto* client : {&one, &two}) {
      CPPUNIT_ASSERT_EQUAL(told("token-ann revoked nobody"), rig.wait(client->session, 1)[0]);
      expectNobody(rig, client->session, 1);
    }
    rig.gateway.emitter().revoke("token-ann");
    rig.send(other.session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["token-bob"])"), rig.wait(other.session, 1)[0]);
    expectNobody(rig, one.session, 2);
  }

  void theReasonIsHandedOn() {
    Accounts accounts;
    PluginRig rig;
    load(rig, accounts);
    auto client = rig.connect(0, Ann);
    rig.gateway.emitter().endCredential("token-ann", "a new password", {});
    CPPUNIT_ASSERT_EQUAL(told("token-ann a new password nobody"), rig.wait(client.session, 1)[0]);
  }

  void whoAskedForItIsNotTold() {
    Accounts accounts;
    PluginRig rig;
    load(rig, accounts);
    auto asking = rig.connect(0, Ann);
    auto other = rig.connect(0, Ann);
    rig.gateway.emitter().endCredential("token-ann", "logout", asking.id);
    rig.wait(other.session, 1);
    expectNobody(rig, asking.session, 0);
  }

  void whoChangesTheIdentityItselfIsNotTold() {
    Accounts accounts;
    PluginRig rig;
    load(rig, accounts);
    auto client = rig.connect(0, Ann);
    rig.send(client.session, R"(21["become"])");
    rig.gateway.emitter().revoke("token-ann");
    rig.send(client.session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["token-zoe"])"), rig.wait(client.session, 2)[1]);
  }

  void whoIsSilentIsToldOfTheExpiry() {
    Accounts accounts;
    accounts.lifetime = 30ms;
    PluginRig rig;
    load(rig, accounts);
    const auto start = std::chrono::steady_clock::now();
    auto client = rig.connect(1, Ann);
    CPPUNIT_ASSERT_EQUAL(told("token-ann expired nobody"), rig.wait(client.session, 1)[0]);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start < 1s);
    expectNobody(rig, client.session, 1);
  }

  void anotherIdentityHasAnotherEnd() {
    Accounts accounts;
    accounts.lifetime = 200ms;
    PluginRig rig;
    load(rig, accounts);
    auto client = rig.connect(0, Ann);
    auto witness = rig.connect(0, Bob);
    rig.send(client.session, R"(21["become"])");
    rig.wait(witness.session, 1);
    rig.send(client.session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["token-zoe"])"), rig.wait(client.session, 2)[1]);
  }

  void whoIsOnTheWayInIsTold() {
    Accounts accounts;
    std::promise<void> door;
    accounts.isDoorOpen = door.get_future().share();
    PluginRig rig;
    load(rig, accounts);
    auto& session = rig.open();
    rig.send(session, "0" + std::string(Ann));
    accounts.lookedUp.get_future().wait();
    rig.gateway.emitter().endCredential("token-ann", "why", {});
    door.set_value();
    const auto sent = rig.wait(session, 2);
    CPPUNIT_ASSERT(sent[0].starts_with(R"(0{"sid":")"));
    CPPUNIT_ASSERT_EQUAL(told("token-ann why nobody"), sent[1]);
    expectNobody(rig, session, 2);
  }

  void aCredentialThatEndsWhileAHandlerLooksItUpBringsNobodyIn() {
    Accounts accounts;
    PluginRig rig;
    load(rig, accounts);
    auto client = rig.connect(0);
    rig.send(client.session, R"(21["login"])");
    const auto sent = rig.wait(client.session, 2);
    CPPUNIT_ASSERT_EQUAL(std::string("31[]"), sent[0]);
    CPPUNIT_ASSERT_EQUAL(told("token-late why nobody"), sent[1]);
    expectNobody(rig, client.session, 2);
  }

  void aHandlerThatFailsChangesNothing() {
    struct Broken final : plugin::IdentityEndHandler {
      void identityEnded(const plugin::Caller&, const plugin::Identity&, std::string_view, plugin::Reply&) override {
        throw std::runtime_error("broken");
      }
    } broken;
    Accounts accounts;
    PluginRig rig;
    rig.load({},
             [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onIdentityEnd(broken); });
    load(rig, accounts);
    auto client = rig.connect(0, Ann);
    rig.gateway.emitter().revoke("token-ann");
    CPPUNIT_ASSERT_EQUAL(told("token-ann revoked nobody"), rig.wait(client.session, 1)[0]);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IdentityEndsTest);

}  // namespace chat::gateway
