#include <cppunit/extensions/HelperMacros.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <stdexcept>

#include "app/stack/PluginMetrics.h"

using chat::app::PluginMetrics;

class PluginMetricsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PluginMetricsTest);
  CPPUNIT_TEST(eachPluginHasSeriesOfItsOwn);
  CPPUNIT_TEST(theNextGenerationCountsOn);
  CPPUNIT_TEST(histogramsHaveBuckets);
  CPPUNIT_TEST(whatIsNotAllowedIsRefused);
  CPPUNIT_TEST(seriesOverTheLimitAreNotExported);
  CPPUNIT_TEST_SUITE_END();

 public:
  void eachPluginHasSeriesOfItsOwn() {
    const auto chat = _metrics.open("chat", 10);
    const auto door = _metrics.open("door", 10);
    chat->counter("sent_total", "Sent", {{"kind", "text"}}).add(2);
    door->counter("sent_total", "Sent", {{"kind", "text"}}).add();
    auto& inside = door->gauge("inside", "Inside");
    inside.set(5);
    inside.add(-2);
    CPPUNIT_ASSERT(exports(R"(chat_plugin_sent_total{kind="text",plugin="chat"} 2)"));
    CPPUNIT_ASSERT(exports(R"(chat_plugin_sent_total{kind="text",plugin="door"} 1)"));
    CPPUNIT_ASSERT(exports(R"(chat_plugin_inside{plugin="door"} 3)"));
  }

  void theNextGenerationCountsOn() {
    _metrics.open("chat", 10)->counter("sent_total", "Sent").add(3);
    const auto next = _metrics.open("chat", 10);
    next->counter("sent_total", "Sent").add(4);
    CPPUNIT_ASSERT(exports(R"(chat_plugin_sent_total{plugin="chat"} 7)"));
  }

  void histogramsHaveBuckets() {
    const auto chat = _metrics.open("chat", 10);
    chat->histogram("wait_seconds", "Waits", Buckets).observe(0.5);
    CPPUNIT_ASSERT(exports(R"(chat_plugin_wait_seconds_bucket{plugin="chat",le="0.1"} 0)"));
    CPPUNIT_ASSERT(exports(R"(chat_plugin_wait_seconds_bucket{plugin="chat",le="1"} 1)"));
    CPPUNIT_ASSERT_THROW(chat->histogram("wait_seconds", "Waits", std::array{1.0, 2.0}), std::invalid_argument);
  }

  void whatIsNotAllowedIsRefused() {
    const auto chat = _metrics.open("chat", 10);
    CPPUNIT_ASSERT_THROW(chat->counter("Sent", ""), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(chat->counter("", ""), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(chat->counter("sent", "", {{"plugin", "door"}}), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(chat->histogram("wait", "", std::array{2.0, 1.0}), std::invalid_argument);
    chat->counter("sent", "Sent");
    CPPUNIT_ASSERT_THROW(chat->gauge("sent", "Sent"), std::invalid_argument);
  }

  void seriesOverTheLimitAreNotExported() {
    const auto chat = _metrics.open("chat", 2);
    chat->counter("a", "A").add();
    chat->gauge("b", "B").set(1);
    chat->counter("c", "C").add();
    chat->histogram("d", "D", Buckets).observe(1);
    chat->counter("a", "A").add();
    CPPUNIT_ASSERT(exports(R"(chat_plugin_a{plugin="chat"} 2)"));
    CPPUNIT_ASSERT(!exports("chat_plugin_c{"));
    CPPUNIT_ASSERT(!exports("chat_plugin_d_count"));
  }

 private:
  static constexpr std::array Buckets{0.1, 1.0};

  bool exports(const std::string& part) {
    return prometheus::TextSerializer().Serialize(_metrics.collect()).find(part) != std::string::npos;
  }

  PluginMetrics _metrics;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginMetricsTest);
