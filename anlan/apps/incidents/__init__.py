"""Incidents 突发事件与信息报送: what somebody saw, the incident that it became, and the reports on it to the bodies above.

Law: 突发事件应对法 §§ 17, 60, 61; 生产安全事故报告和调查处理条例 §§ 3, 9–13. Nouns: a rapid report is what anybody sends from the
spot; an incident is what the duty room makes of it; a report (initial, follow-up, final, verified) goes from one body to the body
above by a legal clock that counts from when the incident became known. Grade, warning level and response level are three things.
Not here: who commands (response), losses by town and household (relief), the investigation.
"""
