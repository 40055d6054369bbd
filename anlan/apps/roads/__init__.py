"""Roads 道路: the roads that the program knows, which of them are closed, and the quickest open way from one place to another.

Law: 突发事件应对法 §§ 73, 76 (traffic is controlled, rescuers pass first); 公路法 § 40 and 道路交通安全法 § 39 on closing a road and telling so.
Not here: who is sent (dispatch), what drives (teams), the roads as a picture below the map (places).
"""
