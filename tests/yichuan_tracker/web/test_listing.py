def test_the_list_shows_words_links_and_amounts(site, client):
    client.force_login(site.zhao)
    page = client.get("/projects/").content.decode()
    assert "吕店镇县道改建工程</a>" in page
